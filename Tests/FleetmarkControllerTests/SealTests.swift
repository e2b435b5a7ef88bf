import Database
import Identity
import Logging
import TestSupport
import Testing

@testable import FleetmarkController

@Suite struct SealTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func `what a controller sealed is valid after a restart, and only over its database`()
        async throws
    {
        try await withTemporaryFolder { folder in
            func seal(_ name: String) async throws -> MessageSeal {
                let composition = try await Composition.prepare(
                    ControllerConfiguration(stateDirectory: folder + "/" + name),
                    logger: Self.logger)
                await composition.database.close()
                return composition.seal
            }
            let code = try await seal("one").code(for: "page 2")
            #expect(try await seal("one").isValid(code, for: "page 2"))
            #expect(try await !seal("two").isValid(code, for: "page 2"))
        }
    }
}
