/// Canaries that ran outside of any attempt: at activation, after an update, at night.
package struct CanaryReport: WireMessage {
    /// Most points of one report.
    package static let pointLimit = 100

    /// Their `at` counts from the agent's own start and is only an order.
    package let points: [CanaryRecord]
    /// What follows from them; older agents leave it out.
    package let calibration: Calibration?

    package init(points: [CanaryRecord], calibration: Calibration? = nil) {
        self.points = points
        self.calibration = calibration
    }

    package func validate() throws(FieldProblem) {
        guard (1...Self.pointLimit).contains(points.count) else {
            throw FieldProblem("/points", "A report has 1 to \(Self.pointLimit) points.")
        }
        for (index, point) in points.enumerated() {
            do throws(FieldProblem) {
                try point.validate()
            } catch {
                throw error.below("/points/\(index)")
            }
        }
        try calibration?.validate("calibration")
    }
}

/// What the controller makes of a report.
package struct CanaryReply: WireMessage {
    /// The host's state as it now is; it may have been quarantined.
    package let hostState: String

    package init(hostState: String) { self.hostState = hostState }

    private enum CodingKeys: String, CodingKey { case hostState = "host_state" }

    package func validate() throws(FieldProblem) {
        try FieldCheck.name("host_state", hostState)
    }
}
