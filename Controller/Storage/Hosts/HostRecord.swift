import Database
package import FleetModel

/// A host as it is stored.
package struct HostRecord: Hashable, Sendable {
    package let id: HostID
    package let name: String
    package let state: HostState
    package let hostClass: String
    package let facts: HostFactsSummary
    package let agentVersion: String
    /// The agent's last health report, as JSON.
    package let health: String?
    package let lastContact: ServerTime?
    package let createdAt: ServerTime
    package let version: Int64
    package let canary: Canary

    /// How the host stands by its canaries.
    package struct Canary: Hashable, Sendable {
        package let state: CanaryResult.State
        /// Nil when none ever ran.
        package let checkedAt: ServerTime?
        /// When somebody asked for all of them, until they are reported.
        package let wantedAt: ServerTime?
        package let calibration: HostCalibration
    }
}

/// What a host's reference canaries say of the host itself.
package struct HostCalibration: Hashable, Sendable {
    /// The larger relative spread of `alu` and `mem-lat`; nil before the host has said.
    package let noiseFloor: Double?
    /// How much longer a program takes while its events are counted.
    package let counterOverhead: Double?

    package init(noiseFloor: Double?, counterOverhead: Double?) {
        self.noiseFloor = noiseFloor
        self.counterOverhead = counterOverhead
    }
}

/// What a host says of itself when it enrols.
package struct HostFactsSummary: Hashable, Sendable {
    package let architecture: String
    package let os: String
    package let kernel: String
    package let cpuModel: String
    package let cores: Int64
    package let memoryBytes: Int64

    package init(
        architecture: String, os: String, kernel: String, cpuModel: String, cores: Int64,
        memoryBytes: Int64
    ) {
        self.architecture = architecture
        self.os = os
        self.kernel = kernel
        self.cpuModel = cpuModel
        self.cores = cores
        self.memoryBytes = memoryBytes
    }
}

extension HostRecord {
    static let columns = """
        id, name, state, host_class, architecture, os, kernel, cpu_model, cores, memory_bytes,
        agent_version, health, last_contact_us, created_us, version, canary_state,
        canary_checked_us, canary_wanted_us, noise_floor_rel, counter_overhead_rel
        """

    init(_ row: Row) throws(DatabaseFailure) {
        self.init(
            id: try row.id("id"), name: try row.text("name"), state: try row.word("state"),
            hostClass: try row.text("host_class"), facts: try HostFactsSummary(row),
            agentVersion: try row.text("agent_version"), health: try row.optionalText("health"),
            lastContact: try row.optionalTime("last_contact_us"),
            createdAt: try row.time("created_us"), version: try row.integer("version"),
            canary: Canary(
                state: try row.word("canary_state"),
                checkedAt: try row.optionalTime("canary_checked_us"),
                wantedAt: try row.optionalTime("canary_wanted_us"),
                calibration: HostCalibration(
                    noiseFloor: try row.optionalReal("noise_floor_rel"),
                    counterOverhead: try row.optionalReal("counter_overhead_rel"))))
    }
}

extension HostFactsSummary {
    init(_ row: Row) throws(DatabaseFailure) {
        self.init(
            architecture: try row.text("architecture"), os: try row.text("os"),
            kernel: try row.text("kernel"), cpuModel: try row.text("cpu_model"),
            cores: try row.integer("cores"), memoryBytes: try row.integer("memory_bytes"))
    }
}
