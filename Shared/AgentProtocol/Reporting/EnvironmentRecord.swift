/// What the measurement ran on and with; once before `measure`, again if it changed.
package struct EnvironmentRecord: WireMessage {
    /// Since the attempt's start.
    package let at: Nanoseconds
    package let fingerprint: [String: FingerprintLayer]
    package let toolchain: JSONValue
    package let variables: [String: String]
    /// What the host's calibration says; older agents leave it out.
    package let calibration: Calibration?

    package init(
        at: Nanoseconds, fingerprint: [String: FingerprintLayer], toolchain: JSONValue,
        variables: [String: String], calibration: Calibration? = nil
    ) {
        self.at = at
        self.fingerprint = fingerprint
        self.toolchain = toolchain
        self.variables = variables
        self.calibration = calibration
    }

    private enum CodingKeys: String, CodingKey {
        case at = "at_ns"
        case fingerprint
        case toolchain
        case variables
        case calibration
    }
}

extension EnvironmentRecord {
    package func validate() throws(FieldProblem) {
        for name in fingerprint.keys { try FieldCheck.name("fingerprint", name) }
        for name in variables.keys { try FieldCheck.name("variables", name) }
        try calibration?.validate("calibration")
    }
}
