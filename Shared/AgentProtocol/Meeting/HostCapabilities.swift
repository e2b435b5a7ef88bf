/// What the host can do, as measured and not as told.
package struct HostCapabilities: Codable, Sendable, Equatable {
    package let architecture: String
    package let instructionSets: [String]?
    package let pmus: [PMU]
    package let events: [Event]
    /// 0 for none, 1 or 2.
    package let cgroupVersion: Int
    package let isolationLevel: JobDescription.Isolation.Level
    package let privileges: JSONValue?
    package let sensors: JSONValue?
    package let toolchains: JSONValue?
    package let load: LoadCapacity?

    package init(
        architecture: String, instructionSets: [String]? = nil, pmus: [PMU], events: [Event],
        cgroupVersion: Int, isolationLevel: JobDescription.Isolation.Level,
        privileges: JSONValue? = nil, sensors: JSONValue? = nil, toolchains: JSONValue? = nil,
        load: LoadCapacity? = nil
    ) {
        self.architecture = architecture
        self.instructionSets = instructionSets
        self.pmus = pmus
        self.events = events
        self.cgroupVersion = cgroupVersion
        self.isolationLevel = isolationLevel
        self.privileges = privileges
        self.sensors = sensors
        self.toolchains = toolchains
        self.load = load
    }

    private enum CodingKeys: String, CodingKey {
        case architecture = "arch"
        case instructionSets = "isa"
        case pmus = "pmu"
        case events
        case cgroupVersion = "cgroup"
        case isolationLevel = "isolation_level"
        case privileges
        case sensors
        case toolchains
        case load
    }
}

extension HostCapabilities {
    /// A performance monitoring unit.
    package struct PMU: Codable, Sendable, Equatable {
        package let name: String
        package let usableCounters: Int

        package init(
            name: String, usableCounters: Int
        ) {
            self.name = name
            self.usableCounters = usableCounters
        }

        private enum CodingKeys: String, CodingKey {
            case name
            case usableCounters = "usable_counters"
        }
    }
}

extension HostCapabilities {
    /// A counter event and whether this host has it.
    package struct Event: Codable, Sendable, Equatable {
        package let name: String
        package let state: CounterAvailability
        package let reason: String?

        package init(
            name: String, state: CounterAvailability, reason: String? = nil
        ) {
            self.name = name
            self.state = state
            self.reason = reason
        }

        private enum CodingKeys: String, CodingKey {
            case name
            case state
            case reason
        }
    }
}

extension HostCapabilities {
    /// How much load the host can generate.
    package struct LoadCapacity: Codable, Sendable, Equatable {
        package let maxRate: Double
        package let maxVirtualUsers: Int

        package init(
            maxRate: Double, maxVirtualUsers: Int
        ) {
            self.maxRate = maxRate
            self.maxVirtualUsers = maxVirtualUsers
        }

        private enum CodingKeys: String, CodingKey {
            case maxRate = "max_rate"
            case maxVirtualUsers = "max_vus"
        }
    }
}

/// Whether an event can be counted on a host.
package enum CounterAvailability: String, Sendable, CaseIterable, Codable {
    case available, missing, stubbed
}
