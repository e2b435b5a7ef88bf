extension JobDescription {
    /// What is counted beside the benchmark's own output.
    package struct Counters: Codable, Sendable, Equatable {
        package let events: [String]
        /// Absent means 4.
        package let passesMax: Int?
        package let mode: Mode
        package let required: [String]
        package let fallback: Fallback

        package init(
            events: [String], passesMax: Int? = nil, mode: Mode, required: [String],
            fallback: Fallback
        ) {
            self.events = events
            self.passesMax = passesMax
            self.mode = mode
            self.required = required
            self.fallback = fallback
        }

        private enum CodingKeys: String, CodingKey {
            case events
            case passesMax = "passes_max"
            case mode
            case required
            case fallback
        }
    }
}

extension JobDescription.Counters {
    package enum Mode: String, Sendable, CaseIterable, Codable {
        case process, cgroup, cpu
    }

    package enum Fallback: String, Sendable, CaseIterable, Codable {
        case none
        /// Where the host counts no instructions.
        case instructionsSimulated = "instructions_simulated"
        /// Also where the host counts them.
        case always
    }
}
