import FoundationEssentials
import Logging
import TestSupport
import Testing

@testable import FleetmarkController

/// What stands in the way of a start, said so that a person can remove it.
@Suite struct StartTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func failure(
        of configuration: ControllerConfiguration
    ) async -> StartFailure? {
        do {
            let controller = try await Controller.prepare(configuration, logger: logger)
            try await controller.run(handlingSignals: false) { _ in }
            return nil
        } catch {
            return error as? StartFailure
        }
    }

    @Test func `a folder that cannot be made is named`() async throws {
        let failure = await Self.failure(of: ControllerConfiguration(stateDirectory: "/proc/none"))
        #expect(failure?.kind == .surroundings)
        #expect(failure?.description.contains("/proc/none") == true)
        #expect(failure?.description.contains("Domain=") == false)
    }

    @Test func `plain HTTP for everybody is a wrong wish`() async throws {
        try await withTemporaryFolder { folder in
            var configuration = ControllerConfiguration(stateDirectory: folder + "/state")
            configuration.publicListener.host = "0.0.0.0"
            configuration.publicListener.isPlain = true
            let failure = await Self.failure(of: configuration)
            #expect(failure?.kind == .usage)
            #expect(failure?.description.contains("--bind 127.0.0.1") == true)
        }
    }

    @Test func `an address that another machine has is named with the reason`() async throws {
        try await withTemporaryFolder { folder in
            var configuration = ControllerConfiguration(stateDirectory: folder + "/state")
            // TEST-NET-1, RFC 5737: no machine has it.
            configuration.publicListener.host = "192.0.2.1"
            configuration.publicListener.port = 1
            let failure = await Self.failure(of: configuration)
            #expect(failure?.kind == .surroundings)
            #expect(failure?.description.contains("192.0.2.1:1") == true)
        }
    }

    @Test func `a database that is not there is named`() async throws {
        try await withTemporaryFolder { folder in
            var configuration = ControllerConfiguration(stateDirectory: folder + "/state")
            configuration.store = .postgres("host=\(folder)/nowhere dbname=none")
            let failure = await Self.failure(of: configuration)
            #expect(failure?.kind == .database)
            #expect(failure?.description.hasPrefix("the database cannot be used") == true)
        }
    }

    @Test func `a state folder has one controller at a time and is nobody else's`() async throws {
        try await withTemporaryFolder { folder in
            let state = StateFolder(path: folder + "/deep/state")
            try state.prepare()
            let first = try StateFolderLock(state)
            #expect(throws: StartFailure.self) { _ = try StateFolderLock(state) }
            let mode = try FileManager.default.attributesOfItem(atPath: state.path)[
                .posixPermissions]
            #expect(mode as? Int == 0o700)
            _ = consume first
            _ = try StateFolderLock(state)
        }
    }
}
