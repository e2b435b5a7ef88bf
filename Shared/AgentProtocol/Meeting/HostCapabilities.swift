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
    /// What the host cannot give, with advice; agents before this was known say nothing.
    package let limits: [Limit]?
    /// What a project file's `requires` may ask of this host, in its words; agents before this
    /// was known say nothing.
    package let items: [String]?

    package init(
        architecture: String, instructionSets: [String]? = nil, pmus: [PMU], events: [Event],
        cgroupVersion: Int, isolationLevel: JobDescription.Isolation.Level,
        privileges: JSONValue? = nil, sensors: JSONValue? = nil, toolchains: JSONValue? = nil,
        load: LoadCapacity? = nil, limits: [Limit]? = nil,
        items: [String]? = nil
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
        self.limits = limits
        self.items = items
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
        case limits
        case items
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

extension HostCapabilities {
    /// One thing that the host cannot give, and what its operator can do about it
    /// (isolation and counters, §7).
    package struct Limit: Codable, Sendable, Equatable {
        /// A word that programs may compare.
        package let code: String
        package let subject: String
        package let errno: Int32?
        package let actual: String?
        package let message: String
        package let advice: String
        /// `note`, `limit` or `obstacle`.
        package let weight: String

        package init(
            code: String, subject: String, errno: Int32? = nil, actual: String? = nil,
            message: String, advice: String, weight: String
        ) {
            self.code = code
            self.subject = subject
            self.errno = errno
            self.actual = actual
            self.message = message
            self.advice = advice
            self.weight = weight
        }
    }

    /// Most limits that a host may have, and the longest text of one.
    package static let limitsMax = 200
    package static let limitTextMax = 2000
    package static let itemsMax = 1000

    func validate() throws(FieldProblem) {
        guard (items ?? []).count <= Self.itemsMax else {
            throw FieldProblem("/capabilities/items", "There are more than \(Self.itemsMax).")
        }
        for (index, item) in (items ?? []).enumerated() {
            try FieldCheck.name("capabilities/items/\(index)", item)
        }
        guard (limits ?? []).count <= Self.limitsMax else {
            throw FieldProblem("/capabilities/limits", "There are more than \(Self.limitsMax).")
        }
        for (index, limit) in (limits ?? []).enumerated() {
            let field = "capabilities/limits/\(index)"
            try FieldCheck.name("\(field)/code", limit.code)
            try FieldCheck.name("\(field)/weight", limit.weight)
            for text in [limit.subject, limit.actual ?? "", limit.message, limit.advice] {
                try FieldCheck.text(field, text, limit: Self.limitTextMax)
            }
        }
    }
}

/// Whether an event can be counted on a host.
package enum CounterAvailability: String, Sendable, CaseIterable, Codable {
    case available, missing, stubbed
}
