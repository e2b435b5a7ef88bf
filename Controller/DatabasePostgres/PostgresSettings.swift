import CLibPQ
import Database
import Synchronization

/// How every connection of one database is made.
struct PostgresSettings: Sendable {
    private let parameters: [(keyword: String, value: String)]
    /// Shared by all connections.
    let plans = PlanEpoch()
    /// Of one connection.
    let lifetime: Duration
    /// Run on each new connection.
    let sessionSQL: String

    init(_ configuration: PostgresConfiguration) {
        parameters =
            [
                (
                    "connect_timeout",
                    String(max(2, configuration.connectTimeout.components.seconds))
                ),
                // A peer that vanished is noticed within about a minute.
                ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
                ("tcp_user_timeout", "60000"),
                ("application_name", configuration.applicationName),
                // Expanded by libpq; its own settings override those before it.
                ("dbname", configuration.connectionString),
                ("client_encoding", "UTF8"),
            ] + (configuration.password.map { [("password", $0)] } ?? [])
        lifetime = configuration.maximumLifetime
        sessionSQL = """
            SET statement_timeout = \(Self.milliseconds(configuration.statementTimeout));
            SET lock_timeout = \(Self.milliseconds(configuration.lockTimeout));
            SET idle_in_transaction_session_timeout = 60000;
            SET standard_conforming_strings = on;
            SET TimeZone = 'UTC'
            """ + (configuration.schema.map { ";\nSET search_path = \($0)" } ?? "")
    }

    /// Connects; blocks. The caller owns the connection, which may have failed; nil when out of
    /// memory.
    func connect() -> OpaquePointer? {
        CStrings.with(parameters.map(\.keyword)) { keywords in
            CStrings.with(parameters.map(\.value)) { values in
                PQconnectdbParams(keywords + [nil], values + [nil], 1)
            }
        }
    }

    /// At least 1, since 0 means no limit.
    private static func milliseconds(_ duration: Duration) -> Int64 {
        Int64(min(max(duration / .milliseconds(1), 1), 2_147_483_647))
    }
}

/// Counts the changes of the schema that made prepared statements stale.
///
/// One connection notices; the others then begin anew before their next transaction, so that a
/// change costs one failed transaction and not one per connection.
final class PlanEpoch: Sendable {
    private let count = Atomic<UInt64>(0)

    var current: UInt64 { count.load(ordering: .acquiring) }
    func end() { count.add(1, ordering: .acquiringAndReleasing) }
}

/// Lends C strings for the length of a call.
enum CStrings {
    static func with<T>(_ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> T) -> T {
        var bytes: [CChar] = []
        var offsets: [Int] = []
        for string in strings {
            offsets.append(bytes.count)
            bytes += string.utf8.map { CChar(bitPattern: $0) }
            bytes.append(0)
        }
        return bytes.withUnsafeBufferPointer { buffer in
            body(offsets.map { offset in buffer.baseAddress.map { $0 + offset } })
        }
    }
}
