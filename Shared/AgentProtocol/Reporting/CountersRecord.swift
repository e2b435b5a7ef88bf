/// Which events were counted, in which groups and passes.
package struct CountersRecord: Codable, Sendable, Equatable {
    /// Since the attempt's start.
    package let at: Nanoseconds
    package let events: [Event]
    package let groups: [[String]]
    package let passes: Int
    /// Times come from other executions than counts, since counting slows this host. Absent means
    /// no.
    package let isSeparate: Bool?

    package init(
        at: Nanoseconds, events: [Event], groups: [[String]], passes: Int,
        isSeparate: Bool? = nil
    ) {
        self.at = at
        self.events = events
        self.groups = groups
        self.passes = passes
        self.isSeparate = isSeparate
    }

    private enum CodingKeys: String, CodingKey {
        case at = "at_ns"
        case events
        case groups
        case passes
        case isSeparate = "separate"
    }
}

extension CountersRecord {
    /// One asked event.
    package struct Event: Codable, Sendable, Equatable {
        package let event: String
        package let pmu: String
        package let state: CounterAvailability
        package let reason: String?

        package init(
            event: String, pmu: String, state: CounterAvailability, reason: String? = nil
        ) {
            self.event = event
            self.pmu = pmu
            self.state = state
            self.reason = reason
        }

        private enum CodingKeys: String, CodingKey {
            case event
            case pmu
            case state
            case reason
        }
    }
}

extension CountersRecord {
    func validate() throws(FieldProblem) {
        try FieldCheck.count("passes", passes)
        for (index, event) in events.enumerated() {
            try FieldCheck.name("events/\(index)/event", event.event)
        }
    }
}
