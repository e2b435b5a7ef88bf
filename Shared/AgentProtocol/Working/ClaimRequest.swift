package import FleetModel

/// Asks for work and says how the host is.
package struct ClaimRequest: WireMessage {
    /// The same id returns the same lease while that lease lives.
    package let claimID: ClaimID
    package let slots: Int
    package let kinds: [JobKind]
    package let health: HostHealth

    package init(
        claimID: ClaimID, slots: Int = 1, kinds: [JobKind], health: HostHealth
    ) {
        self.claimID = claimID
        self.slots = slots
        self.kinds = kinds
        self.health = health
    }

    private enum CodingKeys: String, CodingKey {
        case claimID = "claim_id"
        case slots
        case kinds
        case health
    }
}

/// The kinds of work that a host may take.
package enum JobKind: String, Sendable, CaseIterable, Codable {
    case measure, canary, load, dataset
}

extension ClaimRequest {
    package func validate() throws(FieldProblem) {
        guard slots == 1 else { throw FieldProblem("/slots", "A claim takes one slot.") }
        guard !kinds.isEmpty, kinds.count <= JobKind.allCases.count else {
            throw FieldProblem("/kinds", "A claim names one to four kinds.")
        }
        do throws(FieldProblem) {
            try health.validate()
        } catch {
            throw error.below("/health")
        }
    }
}

/// The host's state just before it asks for work.
package struct HostHealth: Codable, Sendable, Equatable {
    package let diskFreeBytes: Int64
    package let inodeFreeShare: Double
    package let spoolBytes: Int64
    /// Load average of one minute.
    package let load: Double
    /// Processes that are runnable now.
    package let runnable: Int
    /// People who are logged in.
    package let users: Int
    package let temperatureCelsius: Double?
    package let throttled: Bool
    package let clocksource: String
    package let gates: [Gate]

    package init(
        diskFreeBytes: Int64, inodeFreeShare: Double, spoolBytes: Int64, load: Double,
        runnable: Int, users: Int, temperatureCelsius: Double? = nil, throttled: Bool,
        clocksource: String, gates: [Gate]
    ) {
        self.diskFreeBytes = diskFreeBytes
        self.inodeFreeShare = inodeFreeShare
        self.spoolBytes = spoolBytes
        self.load = load
        self.runnable = runnable
        self.users = users
        self.temperatureCelsius = temperatureCelsius
        self.throttled = throttled
        self.clocksource = clocksource
        self.gates = gates
    }

    private enum CodingKeys: String, CodingKey {
        case diskFreeBytes = "disk_free_bytes"
        case inodeFreeShare = "inode_free_share"
        case spoolBytes = "spool_bytes"
        case load
        case runnable
        case users
        case temperatureCelsius = "temperature_c"
        case throttled
        case clocksource
        case gates
    }
}

extension HostHealth {
    func validate() throws(FieldProblem) {
        try FieldCheck.count("disk_free_bytes", diskFreeBytes)
        try FieldCheck.count("spool_bytes", spoolBytes)
        try FieldCheck.count("runnable", runnable)
        try FieldCheck.count("users", users)
        try FieldCheck.text("clocksource", clocksource)
        guard (0...1).contains(inodeFreeShare) else {
            throw FieldProblem("/inode_free_share", "The share is not within 0 and 1.")
        }
        guard gates.count <= 100 else { throw FieldProblem("/gates", "More than 100 gates.") }
        for (index, gate) in gates.enumerated() {
            try FieldCheck.name("gates/\(index)/gate", gate.gate)
        }
    }
}

extension HostHealth {
    /// One condition of the host that a host class may require.
    package struct Gate: Codable, Sendable, Equatable {
        package let gate: String
        package let passed: Bool
        package let found: JSONValue
        package let wanted: JSONValue

        package init(
            gate: String, passed: Bool, found: JSONValue, wanted: JSONValue
        ) {
            self.gate = gate
            self.passed = passed
            self.found = found
            self.wanted = wanted
        }

        private enum CodingKeys: String, CodingKey {
            case gate
            case passed = "ok"
            case found
            case wanted = "want"
        }
    }
}
