import Database
import Identity
import Logging
import TestSupport
import Testing

@testable import FleetmarkController

@Suite struct SealTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func `what one controller sealed is valid for every other over its database`()
        async throws
    {
        try await withTemporaryFolder { folder in
            func seal(_ state: String, over database: String) async throws -> MessageSeal {
                var configuration = ControllerConfiguration(stateDirectory: folder + "/" + state)
                configuration.store = .sqlite(path: folder + "/" + database)
                let composition = try await Composition.prepare(
                    configuration, logger: Self.logger)
                await composition.database.close()
                return composition.seal
            }
            let code = try await seal("one", over: "shared").code(for: "page 2")
            #expect(try await seal("two", over: "shared").isValid(code, for: "page 2"))
            #expect(try await !seal("three", over: "other").isValid(code, for: "page 2"))
        }
    }
}
