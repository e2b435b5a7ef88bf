import ArgumentParser
import Foundation
import Testing

@testable import CommandLine

@Suite struct SettingsTests {
    private func settings(
        _ words: [String], _ environment: [String: String] = [:], signIn: SignIn? = nil
    ) async throws -> Settings {
        try await withFolder { folder in
            let all = environment.merging(["XDG_CONFIG_HOME": folder]) { old, _ in old }
            if let signIn { try SignInFile(environment: all)?.write(signIn) }
            let surroundings = Surroundings(
                environment: all, directory: folder, answer: MemorySink(), notices: MemorySink(),
                terminal: .init(noticesAreTerminal: false, inputIsTerminal: false))
            return try Settings(CommonOptions.parse(words), surroundings)
        }
    }

    private static let stored = SignIn(
        server: "https://stored.example", key: "pg_stored", pinnedCA: "PEM", fingerprint: nil)

    struct Case: Sendable {
        var words: [String] = []
        var environment: [String: String] = [:]
        let server: String
        let credential: String?
    }

    @Test(arguments: [
        Case(server: "https://stored.example", credential: "Bearer pg_stored"),
        Case(
            environment: ["FLEETMARK_SERVER": "https://variable.example"],
            server: "https://variable.example", credential: nil),
        Case(
            words: ["--server", "https://flag.example"],
            environment: [
                "FLEETMARK_SERVER": "https://variable.example", "FLEETMARK_API_KEY": "pg_v",
            ], server: "https://flag.example", credential: "Bearer pg_v"),
        Case(
            environment: ["FLEETMARK_API_KEY": "pg_v"], server: "https://stored.example",
            credential: "Bearer pg_v"),
    ])
    func `flags go before variables, those before the sign-in`(_ given: Case) async throws {
        let found = try await settings(given.words, given.environment, signIn: Self.stored)
        #expect(found.server?.text == given.server)
        #expect(found.credential?.header == given.credential)
    }

    @Test func `a stored key goes to no other server`() async throws {
        let found = try await settings(["--server", "https://other.example"], signIn: Self.stored)
        #expect(found.credential == nil)
        guard case .system(let pinned) = found.trust else { return #expect(Bool(false)) }
        #expect(pinned.isEmpty)
    }

    @Test(arguments: [
        "http://fleet.example", "ftp://x", "https://", "fleet.example", "https://a@b", "unix:x",
        "https://a b", "http://127.0.0.1.example", "https://x?y",
    ])
    func `addresses that are unsafe or none are refused`(_ text: String) {
        #expect(throws: CommandFailure.self) { try ServerAddress(text) }
    }

    @Test(arguments: [
        "https://fleet.example:8080", "http://127.0.0.1:8080", "http://[::1]:80",
        "http://localhost:1", "unix:/run/fleetmark.sock", "https://fleet.example/base/",
    ])
    func `the others are taken`(_ text: String) throws {
        #expect(throws: Never.self) { try ServerAddress(text) }
    }

    @Test func `a secret that others may read is refused`() async throws {
        try await withFolder { folder in
            let path = folder + "/key"
            try "pg_x\n".write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            await #expect(throws: CommandFailure.self) {
                try await settings([], ["FLEETMARK_API_KEY_FILE": path])
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            let found = try await settings([], ["FLEETMARK_API_KEY_FILE": path])
            #expect(found.credential?.header == "Bearer pg_x")
        }
    }

    @Test func `a secret never shows itself`() {
        #expect("\(Credential.key("pg_x"))" == "•••")
    }

    @Test(arguments: [
        ("30s", 30_000), ("1h30m", 5_400_000), ("500ms", 500), ("1.5m", 90_000),
    ])
    func `durations are written with units`(_ text: String, _ milliseconds: Int) {
        #expect(DurationArgument(argument: text)?.duration == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "30", "s", "-1s", "1s1h", "1e9d", "400d", "nans"])
    func `other text is no duration`(_ text: String) {
        #expect(DurationArgument(argument: text) == nil)
    }
}
