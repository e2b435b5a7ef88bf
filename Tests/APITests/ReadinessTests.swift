import Database
import FleetModel
import FoundationEssentials
import Identity
import Logging
import Storage
import TestSupport
import Testing

@testable import API
@testable import FleetmarkController

/// What `/ready` asks: each check fails for its own reason and for no other.
@Suite struct ReadinessTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func failing(_ composition: Composition) async -> [String] {
        var names: [String] = []
        for check in Readiness(composition).checks where await !check.isPassing() {
            names.append(check.name)
        }
        return names
    }

    /// A controller that is ready, to be spoilt.
    private static func withReady(
        _ body: (Composition, _ state: String) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            var configuration = ControllerConfiguration(stateDirectory: folder + "/state")
            configuration.store = .memory
            let composition = try await Composition.prepare(configuration, logger: logger)
            _ = try await LeadershipStore(composition.database).lead(
                "sweeper", as: "test", for: .seconds(3600), grace: .zero)
            #expect(await failing(composition) == [])
            try await body(composition, folder + "/state")
            await composition.database.close()
        }
    }

    @Test func `a database that does not answer`() async throws {
        try await Self.withReady { composition, _ in
            await composition.database.close()
            // What is asked of it cannot be answered either.
            #expect(
                await Self.failing(composition) == ["database", "migrations", "leadership"])
        }
    }

    @Test func `a schema that lacks a step`() async throws {
        try await Self.withReady { composition, _ in
            try await composition.database.transaction(.write(.ordinary)) { connection in
                _ = try connection.execute(
                    "DELETE FROM migration WHERE name = 'm0004_sign_in'", [])
            }
            #expect(await Self.failing(composition) == ["migrations"])
        }
    }

    @Test func `an authority that has expired`() async throws {
        try await Self.withReady { composition, state in
            let longAgo = Composition.now() + .seconds(-11 * 366 * 86400)
            let folder = state + "/old"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false)
            let old = Composition(
                configuration: composition.configuration, database: composition.database,
                authorities: try FleetAuthorities(directory: folder, now: longAgo),
                certificates: composition.certificates, certificate: composition.certificate,
                adminKeyFile: nil, content: composition.content, logger: Self.logger)
            #expect(await Self.failing(old) == ["ca"])
        }
    }

    @Test func `a fleet in which nobody sweeps`() async throws {
        try await Self.withReady { composition, _ in
            _ = try await LeadershipStore(composition.database).lead(
                "sweeper", as: "test", for: .seconds(-1), grace: .zero)
            #expect(await Self.failing(composition) == ["leadership"])
        }
    }

    @Test func `a state folder that is gone`() async throws {
        try await Self.withReady { composition, state in
            try FileManager.default.moveItem(atPath: state, toPath: state + ".away")
            #expect(await Self.failing(composition) == ["disk"])
        }
    }
}
