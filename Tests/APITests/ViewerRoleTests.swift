import Database
import FoundationEssentials
import Logging
import TestSupport
import Testing

@testable import FleetmarkController

/// Roles of a public site's database, one for each test.
enum ViewerRoles {
    static func with(
        _ body: @escaping @Sendable (_ role: String, _ owner: String) async throws -> Void
    ) async throws {
        let role = "viewer_" + UUID().uuidString.lowercased().prefix(8)
        let server = try #require(TestPostgres.server)
        try await TestPostgres.run("CREATE ROLE \(role) LOGIN", on: server)
        do {
            try await TestPostgres.withEmptyDatabase { try await body(role, $0) }
        } catch {
            try? await TestPostgres.run("DROP ROLE \(role)", on: server)
            throw error
        }
        try await TestPostgres.run("DROP ROLE \(role)", on: server)
    }

    static func configuration(
        _ connection: String, in folder: String
    ) -> ControllerConfiguration {
        var configuration = ControllerConfiguration(stateDirectory: folder + "/viewer")
        configuration.mode = .viewer
        configuration.store = .postgres(connection)
        configuration.pool.maximumConnections = 4
        configuration.agentsListener.isOpen = false
        // All callers of a test have one address.
        configuration.limits.anonymousCallsPerMinute = 0
        return configuration
    }
}

/// On which database roles a public site starts.
@Suite(.enabled(if: TestPostgres.server != nil)) struct ViewerRoleTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func `a role that could do more, or that sees no views, does not start it`() async throws
    {
        try await ViewerRoles.with { role, owner in
            try await withTemporaryFolder { folder in
                func refusal(_ connection: String) async throws -> String {
                    let failure = await #expect(throws: StartFailure.self) {
                        _ = try await Controller.prepare(
                            ViewerRoles.configuration(
                                connection, in: "\(folder)/\(UUID().uuidString)"),
                            logger: Self.logger)
                    }
                    #expect(failure?.kind == .database)
                    return failure?.description ?? ""
                }
                var fleet = ControllerConfiguration(stateDirectory: folder + "/fleet")
                fleet.store = .postgres(owner)
                let composition = try await Composition.prepare(fleet, logger: Self.logger)
                await composition.database.close()
                let visitor = owner + " user=\(role)"
                #expect(try await refusal(owner).contains("of --viewer reaches tables"))
                #expect(try await refusal(visitor).contains("does not see the public views"))
                try await TestPostgres.run(try ViewerRole.grants(to: role), on: owner)
                try await TestPostgres.run("GRANT SELECT (name) ON api_key TO \(role)", on: owner)
                #expect(try await refusal(visitor).contains("api_key"))
                // What the command prints takes back what was given too much.
                try await TestPostgres.run(try ViewerRole.grants(to: role), on: owner)
                try await TestPostgres.run("DROP VIEW fleetmark_public.series", on: owner)
                #expect(try await refusal(visitor).contains("of another version"))
                try await TestPostgres.run(try ViewerRole.grants(to: role), on: owner)
                try await TestPostgres.run(
                    "INSERT INTO migration VALUES ('m9999_later', '', 0)", on: owner)
                #expect(try await refusal(visitor).contains("update the viewer"))
            }
        }
    }
}
