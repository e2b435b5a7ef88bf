import API
import Database
import DatabasePostgres
import FoundationEssentials
import Logging
import TestSupport
import Testing

@testable import FleetmarkController

/// How a PostgreSQL store's connections are made, and what is said of them.
@Suite struct PoolTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test(.enabled(if: TestPostgres.server != nil))
    func `the pool keeps its bounds and tells its use`() async throws {
        try await TestPostgres.withEmptyDatabase { text in
            try await withTemporaryFolder { folder in
                var configuration = ControllerConfiguration(stateDirectory: folder + "/state")
                configuration.store = .postgres(text)
                configuration.pool.maximumConnections = 2
                configuration.pool.minimumConnections = 1
                let composition = try await Composition.prepare(configuration, logger: Self.logger)
                let database = composition.database
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<6 {
                        group.addTask {
                            try await database.transaction(.read) {
                                _ = try $0.query("SELECT pg_sleep(0.01)")
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let usage = try #require(composition.poolUsage())
                #expect(usage.maximum == 2)
                #expect((1...2).contains(usage.idle + usage.active))
                await database.close()
            }
        }
    }

    @Test(.enabled(if: TestPostgres.server != nil))
    func `a connection that is too old is made anew`() async throws {
        try await TestPostgres.withEmptyDatabase { text in
            try await withTemporaryFolder { folder in
                func backends(living lifetime: Duration) async throws -> Set<Int64> {
                    var configuration = ControllerConfiguration(stateDirectory: folder + "/state")
                    configuration.store = .postgres(text)
                    configuration.pool.maximumConnections = 1
                    configuration.pool.minimumConnections = 1
                    configuration.pool.maximumLifetime = lifetime
                    let database = try await Composition.open(
                        configuration, in: StateFolder(path: folder))
                    var found: Set<Int64> = []
                    for _ in 0..<3 {
                        let row = try await database.transaction(.read) {
                            try $0.query("SELECT CAST(pg_backend_pid() AS BIGINT) AS process")
                        }
                        found.insert(try #require(row.first).integer("process"))
                    }
                    await database.close()
                    return found
                }
                let young = try await backends(living: .seconds(600))
                let old = try await backends(living: .nanoseconds(1))
                #expect(young.count == 1 && old.count == 3)
            }
        }
    }

    struct Case: Sendable {
        let text: String
        let masked: String?
        let isGood: Bool
    }

    @Test(arguments: [
        Case(text: "fleetmark", masked: nil, isGood: true),
        Case(text: "/var/lib/x/fleetmark.db", masked: nil, isGood: true),
        Case(text: "host=/run dbname=fleet", masked: nil, isGood: true),
        Case(
            text: "host=db user=fleet password='hu\\'sh hush' dbname='a b'",
            masked: "user=fleet password=••• dbname='a b' host=db", isGood: true),
        Case(
            text: "postgres://fleet:hush@db:5433/fleetmark?sslmode=verify-full",
            masked: "user=fleet password=••• dbname=fleetmark host=db port=5433 "
                + "sslmode=verify-full", isGood: true),
        Case(text: "host=db password=hu sh", masked: "•••", isGood: false),
        Case(text: "postgres://fleet:hu@sh@db/fleetmark", masked: "•••", isGood: false),
    ])
    func `a password is never shown, also not by what is wrong`(_ given: Case) {
        #expect(DatabaseURL.masked(given.text) == given.masked)
        var pool = ControllerConfiguration.Pool()
        pool.minimumConnections = 0
        do {
            _ = try pool.configured(for: given.text)
            #expect(given.isGood)
        } catch {
            #expect(!given.isGood)
            #expect(error.kind == .usage)
            #expect(!error.description.contains("hu") && !error.description.contains("sh@"))
        }
    }

    @Test func `a password comes from a file of its own`() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/password"
            try Data("hush\n".utf8).write(to: URL(filePath: file))
            var pool = ControllerConfiguration.Pool()
            pool.passwordFile = file
            #expect(throws: StartFailure.self) { _ = try pool.configured(for: "dbname=x") }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            let settings = try pool.configured(for: "dbname=x")
            #expect(settings.password == "hush")
        }
    }
}
