import Database
import FleetModel

/// A machine that is no host of the fleet: somebody says that results were measured on it.
///
/// It has rows of its own, so that its results have a place like all others, but no agent that
/// could call: it is given no work and stands in no list of hosts. Another processor, or another
/// number of them, is another machine, of which nothing is in one series with the first one's.
package struct DeclaredHost: Hashable, Sendable {
    /// As the sender calls it; of one project.
    package let name: String
    package let facts: HostFactsSummary

    package init(name: String, facts: HostFactsSummary) {
        self.name = name
        self.facts = facts
    }

    /// What the classes of all such machines begin with, and no other class.
    package static let classPrefix = "submitted/"

    package var hostClass: String { Self.classPrefix + name }

    /// SQL: the row of `host` is one of the fleet.
    static let isNone = "host_class NOT LIKE '\(classPrefix)%'"

    package static func isClass(_ hostClass: String) -> Bool { hostClass.hasPrefix(classPrefix) }
}

extension DeclaredHost {
    /// The rows that an attempt needs.
    struct Place {
        let host: HostID
        let agent: AgentID
        let session: SessionID
    }

    /// Finds or makes them within a transaction. The operating system is the machine's platform
    /// epoch: where it changes, so may the level of every series.
    func place(
        of project: ProjectID, new: Place, at now: ServerTime, _ connection: any Connection
    ) throws -> Place {
        let digest = SHA256Text.of(
            [
                "submitted", project.text, name, facts.architecture, facts.cpuModel,
                "\(facts.cores)",
            ].joined(separator: "\n"))
        let isNew = try insert(new.host, digest, at: now, connection)
        if isNew {
            _ = try connection.execute(
                "INSERT INTO agent (id, host_id, created_us) VALUES ($1, $2, $3)",
                [.id(new.agent), .id(new.host), .time(now)])
        }
        let rows = try connection.query(
            """
            SELECT host.id, agent.id AS agent_id FROM host
            JOIN agent ON agent.host_id = host.id WHERE host.machine_digest = $1
            """, [.text(digest)])
        guard let row = rows.first else { throw StoreFailure.corrupt("a declared host vanished") }
        let (host, agent): (HostID, AgentID) = (try row.id("id"), try row.id("agent_id"))
        return Place(
            host: host, agent: agent,
            session: try session(new.session, of: host, agent, at: now, connection))
    }

    /// Whether there was none: of two that send at once the second one finds the first one's.
    private func insert(
        _ id: HostID, _ digest: String, at now: ServerTime, _ connection: any Connection
    ) throws -> Bool {
        try connection.execute(
            """
            INSERT INTO host (id, name, machine_digest, state, host_class, architecture, os,
                kernel, cpu_model, cores, memory_bytes, agent_version, created_us, version)
            VALUES ($1, $2, $3, 'retired', $4, $5, $6, $7, $8, $9, $10, '', $11, 1)
            ON CONFLICT (machine_digest) DO NOTHING
            """,
            [
                .id(id), .text("\(hostClass)/\(digest.prefix(12))"), .text(digest),
                .text(hostClass), .text(facts.architecture), .text(facts.os), .text(facts.kernel),
                .text(facts.cpuModel), .integer(facts.cores), .integer(facts.memoryBytes),
                .time(now),
            ]) > 0
    }

    /// One for each platform that the machine had.
    private func session(
        _ new: SessionID, of host: HostID, _ agent: AgentID, at now: ServerTime,
        _ connection: any Connection
    ) throws -> SessionID {
        let known = try connection.query(
            "SELECT id FROM host_session WHERE host_id = $1 AND facts = $2 LIMIT 1",
            [.id(host), .text(sessionFacts)])
        if let row = known.first { return try row.id("id") }
        _ = try connection.execute(
            """
            INSERT INTO host_session (id, agent_id, host_id, boot_id, is_current, facts,
                created_us)
            VALUES ($1, $2, $3, '', 0, $4, $5)
            """,
            [.id(new), .id(agent), .id(host), .text(sessionFacts), .time(now)])
        return new
    }

    private var sessionFacts: String {
        let digest = SHA256Text.of("\(facts.os)\n\(facts.kernel)")
        let layers = [
            "platform_epoch": Layer(
                digest: digest, facts: ["kernel": facts.kernel, "os": facts.os]),
            "hardware_class": Layer(
                digest: SHA256Text.of("\(facts.cpuModel)\n\(facts.cores)"),
                facts: [
                    "cores": "\(facts.cores)", "cpu_model": facts.cpuModel,
                    "memory_bytes": "\(facts.memoryBytes)",
                ]),
        ]
        return StoredJSON.text(of: ["fingerprint": layers])
    }

    private struct Layer: Encodable {
        let digest: String
        let facts: [String: String]
    }
}
