import API
import Database
import FleetModel
import Glibc
import Identity
import Storage
import WebSupport

/// Without what the controller cannot do its work; asked by `/ready` and `/health`.
struct Readiness {
    /// Free space below which results may soon not be stored.
    static let leastFreeBytes: UInt64 = 256 << 20

    private let composition: Composition

    init(_ composition: Composition) { self.composition = composition }

    var checks: [HealthRoutes<CallContext>.Check] {
        let database = composition.database
        let authorities = composition.authorities
        let folder = composition.configuration.stateDirectory
        let all: [HealthRoutes<CallContext>.Check] = [
            // The time alone is no question to SQLite: it has this process's clock.
            .init("database") {
                (try? await database.transaction(.read) { try $0.query("SELECT 1") }) != nil
            },
            .init("migrations") {
                let applied = try? await Migrator.applied(on: database)
                return applied == StorageMigrations.all.map(\.name)
            },
            .init("ca") { Composition.now() < authorities.present.serving.validUntil },
            .init("leadership") {
                (try? await LeadershipStore(database).hasLeader("sweeper")) ?? false
            },
            .init("disk") { Self.freeBytes(folder).map { $0 >= Self.leastFreeBytes } ?? false },
        ]
        // A viewer issues nothing, leads nothing and stores nothing.
        return composition.configuration.mode == .viewer ? Array(all.prefix(2)) : all
    }

    /// Free for this process (statvfs(3)).
    private static func freeBytes(_ folder: String) -> UInt64? {
        var facts = statvfs()
        guard statvfs(folder, &facts) == 0 else { return nil }
        let (bytes, overflow) = UInt64(facts.f_bavail)
            .multipliedReportingOverflow(by: UInt64(facts.f_frsize))
        return overflow ? .max : bytes
    }
}
