import Database
import DatabaseSQLite
import FleetModel
import FleetmarkController
import Foundation
import Identity
import Logging
import Pipeline
import SampleFleets
import Storage
import TestSupport

/// The real controller over the sample history, on a port of loopback.
struct SampleSite: Sendable {
    /// `http://127.0.0.1:PORT`, without a slash at its end.
    let address: String
    let history: SampleFortnight
    /// Its database, which the controller has open too.
    private let file: String

    /// Reaches everything.
    static let adminKey = "pg_live_00000000000000000000000000000001"
    /// Reads the private project and changes nothing.
    static let viewerKey = "pg_live_00000000000000000000000000000002"

    /// Lends a site of its own, whose history ends now.
    static func with(
        _ body: @escaping @Sendable (SampleSite) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/sample.db"
            let history = try await tell(in: file)
            var configuration = ControllerConfiguration(stateDirectory: folder + "/state")
            configuration.store = .sqlite(path: file)
            configuration.publicListener.host = "127.0.0.1"
            configuration.publicListener.port = 0
            configuration.publicListener.isPlain = true
            // A browser asks for more than a person would.
            configuration.limits.callsPerMinute = 0
            configuration.limits.anonymousCallsPerMinute = 0
            configuration.agentsListener.host = "127.0.0.1"
            configuration.agentsListener.port = 0
            // Nobody works on the jobs: what is running stays so while the test looks at it.
            configuration.leases = LeaseSettings(
                unreachable: .seconds(86400), lost: .seconds(86400), overrun: .seconds(86400))
            configuration.drainLimit = .zero
            let controller = try await Controller.prepare(configuration, logger: logger)
            try await serve(controller, history, file, body)
        }
    }

    private static func serve(
        _ controller: Controller, _ history: SampleFortnight, _ file: String,
        _ body: @escaping @Sendable (SampleSite) async throws -> Void
    ) async throws {
        let (addresses, address) = AsyncStream.makeStream(of: String.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await controller.run(handlingSignals: false) { started in
                    address.yield(started.publicURL)
                }
                address.finish()
            }
            for await address in addresses {
                try await body(SampleSite(address: address, history: history, file: file))
                break
            }
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }

    /// Adds to the log of the run's attempt, as its agent does; the controller hears nothing of it
    /// and finds it when it looks again.
    func append(_ text: String, toLogOf run: RunID) async throws {
        let database = try SQLiteDatabase(path: file, clock: { wallMicroseconds() })
        if let attempt = try await RunStore(database).attempts(of: run).last {
            _ = try await IngestStore(database, settings: LeaseSettings()).appendLog(
                Array(text.utf8), at: attempt.logBytes,
                from: AttemptStore.Holder(
                    attempt: attempt.id, fence: attempt.fence, agent: attempt.agent,
                    session: attempt.session))
        }
        await database.close()
    }

    private static func tell(in file: String) async throws -> SampleFortnight {
        let end = ServerTime(microseconds: wallMicroseconds())
        let start = end.microseconds - SampleFortnight.span.components.seconds * 1_000_000
        let clock = SampleClock(at: ServerTime(microseconds: start) + .seconds(-6 * 3600))
        let database = try SQLiteDatabase(path: file, clock: { clock.now.microseconds })
        _ = try await Migrator.run(StorageMigrations.all, on: database)
        let long = try await SampleHistory.tell(60, on: database, clock: clock, until: end)
        clock.advance(ServerTime(microseconds: start) - clock.now)
        var history = try await SampleFortnight.tell(on: database, clock: clock)
        history.long = long
        // The controller's own worker would do it too, a moment after its start.
        try await SeriesKeeper(store: SeriesAnalysisStore(database), logger: logger)
            .analyseWaiting()
        var random = SystemRandomNumberGenerator()
        for (text, name, role, project) in [
            (adminKey, "operator on duty", "admin", nil),
            (viewerKey, "vault reader", "viewer", "vault"),
        ] {
            guard let key = APIKeyText(text) else { continue }
            // Keys of one moment would stand in the page in an order that is drawn.
            clock.advance(.seconds(1))
            try await KeyStore(database).create(
                KeyStore.Key(
                    id: KeyID(at: end, using: &random), name: name, prefix: key.displayPrefix,
                    role: role, project: project, expiresAt: nil), digest: key.digest.hex)
        }
        try await people(on: database, at: end)
        await database.close()
        return history
    }

    /// Who comes in beside the keys that belong to nobody.
    private static func people(on database: any Database, at time: ServerTime) async throws {
        var random = SystemRandomNumberGenerator()
        let (users, teams) = (UserStore(database), TeamStore(database))
        let release = try await users.create(
            UserID(at: time, using: &random),
            UserStore.Facts(
                name: "release build", email: nil,
                identities: [.init(issuer: "https://forge.example", subject: "repo:lantern")]),
            by: "operator")
        _ = try await users.create(
            UserID(at: time, using: &random),
            UserStore.Facts(name: "night shift", email: "night@fleet.example", identities: []),
            by: "operator")
        let team = try await teams.create(
            TeamID(at: time, using: &random), name: "measuring", title: "Looks after the hosts",
            by: "operator")
        _ = try await teams.set(release.id, of: team.id, to: "maintainer", by: "operator")
        guard let vault = try await ProjectStore(database).project("vault") else { return }
        _ = try await BindingStore(database).put(
            "promoter", grants: [], to: .init(.team, team.id.text),
            on: .project(vault.id, name: vault.name), by: "operator")
    }

    private static var logger: Logger {
        guard ProcessInfo.processInfo.environment["FLEETMARK_TEST_LOG"] == "1" else {
            return Logger(label: "site") { _ in SwiftLogNoOpLogHandler() }
        }
        return Logger(label: "site")
    }
}
