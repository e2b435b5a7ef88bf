import API
import Database
import FleetModel
import FoundationEssentials
import Identity
import Logging
import TestSupport
import Testing
import WebSupport

@testable import FleetmarkController

/// What an operator does on the database itself, and what a configuration says of credentials.
@Suite struct OperatorTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let key = "pg_live_" + String(repeating: "1d", count: 16)

    @Test func `a key is made, and a changed audit is found, while a controller runs`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let configuration = ControllerConfiguration(stateDirectory: folder + "/state")
            let running = try await Composition.prepare(configuration, logger: Self.logger)
            let keeping = try await AuditKeeping.open(configuration)
            let key = try await keeping.createKey(role: "admin", project: "default")
            let caller = try await running.authenticator(limitedBy: GuessLimit()).caller(
                authorization: "Bearer \(key)", peer: .init(address: "unix", certificate: nil))
            #expect("\(caller)".contains("admin"))
            let good = try await keeping.verify(from: nil, head: nil, asJSON: false)
            #expect(good.isGood)
            #expect(good.text.hasPrefix("1 row is right; note the digest of the last one:\n"))
            try await running.database.transaction(.write(.ordinary)) {
                _ = try $0.execute("UPDATE audit SET actor = 'nobody'")
            }
            let bad = try await keeping.verify(from: nil, head: nil, asJSON: true)
            #expect(!bad.isGood)
            #expect(bad.text.contains(#""ok":false,"rows":0"#))
            #expect(bad.text.contains("was changed"))
            await #expect(throws: StartFailure.self) {
                _ = try await keeping.createKey(role: "owner", project: "default")
            }
            await running.database.close()
        }
    }

    @Test func `a database that is not there is not made`() async throws {
        try await withTemporaryFolder { folder in
            let configuration = ControllerConfiguration(stateDirectory: folder)
            let failure = await #expect(throws: StartFailure.self) {
                _ = try await AuditKeeping.open(configuration)
            }
            #expect(failure?.description == "there is no database at \(folder)/fleetmark.db")
            #expect(!FileManager.default.fileExists(atPath: folder + "/fleetmark.db"))
        }
    }

    @Test func `keys come from files, and mistakes in them are told by their line`() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/keys"
            func settings(_ text: String, mode: Int = 0o600) throws -> CredentialSettings {
                try Data(text.utf8).write(to: URL(filePath: file))
                try FileManager.default.setAttributes(
                    [.posixPermissions: mode], ofItemAtPath: file)
                var settings = CredentialSettings()
                try settings.add(key: "@" + file)
                return settings
            }
            let good = try settings(
                "# ours\n\n  viewer:\(Self.key):api \nADMIN:\(Self.key)0:web\r\n")
            #expect(good.keys.map(\.project) == ["api", "web"])
            let failure = #expect(throws: StartFailure.self) {
                _ = try settings("viewer:\(Self.key):api\nviewer:hush:api\n")
            }
            #expect(failure?.description.hasPrefix("\(file), line 2: ") == true)
            #expect(failure?.description.contains("hush") == false)
            let missing = #expect(throws: StartFailure.self) {
                var settings = CredentialSettings()
                try settings.add(key: "@" + folder + "/none")
            }
            #expect(missing?.kind == .usage)
            let open = #expect(throws: StartFailure.self) {
                _ = try settings("viewer:\(Self.key):api\n", mode: 0o644)
            }
            #expect(
                open?.description
                    == "--api-keys: everybody may read \(file), which is for a secret; chmod o-r it"
            )
        }
    }

    @Test func `an entry of a key document is a key of the configuration`() throws {
        var settings = CredentialSettings()
        let secret = try #require(APIKeyText(Self.key))
        try settings.add(
            keyRecord: [
                "id": "ci", "role": "contributor", "secret": Self.key, "project": "api",
                "benchmark_regex": "^web-", "expires_at": "2027-01-01T00:00:00Z",
            ], in: "keys.toml, entry 1")
        try settings.add(
            keyRecord: ["id": "ops", "role": "viewer", "secret": Self.key + "0"],
            in: "keys.toml, entry 2")
        let key = try #require(ConfiguredKeys(settings.keys).key(of: secret))
        #expect(key.id == "ci" && key.role == .contributor && key.project == "api")
        #expect(key.benchmarks?.text == "^web-")
        #expect(key.expiresAt?.microseconds == 1_798_761_600_000_000)
        #expect(settings.keys[1].project == "default" && settings.keys[1].benchmarks == nil)
    }

    @Test(arguments: [
        ["id": " "], ["id": "b\nc"], ["role": "Viewer"], ["role": ""], ["secret": "hush"],
        ["secret": " "], ["benchmark_regex": "("], ["benchmark_regexp": "^web-"],
        ["expires_at": "soon"], ["expires_at": "2027-01-01"], ["expires_at": "7d"],
        ["project": ""], ["id": "taken"],
    ])
    func `an entry that is wrong is told by its place alone`(_ wrong: [String: String]) throws {
        let good = ["id": "b", "role": "viewer", "secret": Self.key + "0"]
        var settings = CredentialSettings()
        try settings.add(
            keyRecord: good.merging(["id": "taken"]) { $1 }, in: "keys.toml, entry 1")
        let failure = #expect(throws: StartFailure.self) {
            try settings.add(
                keyRecord: good.merging(wrong) { $1 }, in: "keys.toml, entry 2")
        }
        #expect(failure?.kind == .usage)
        let said = try #require(failure?.description)
        #expect(said.hasPrefix("keys.toml, entry 2: "))
        #expect(!said.contains(Self.key) && !said.contains("hush"))
        #expect(settings.keys.count == 1)
    }

    @Test func `a short secret for tokens keeps the controller from starting`() async throws {
        try await withTemporaryFolder { folder in
            var configuration = ControllerConfiguration(stateDirectory: folder + "/state")
            configuration.credentials.setToken(secret: "hush", issuer: nil, audience: nil)
            let failure = await #expect(throws: StartFailure.self) {
                _ = try await Controller.prepare(configuration, logger: Self.logger)
            }
            #expect(failure?.kind == .usage)
            #expect(failure?.description.contains("openssl rand -hex 32") == true)
            #expect(failure?.description.contains("hush") == false)
        }
    }

    @Test func `a provider that cannot be is named by its flag`() {
        var settings = CredentialSettings()
        let failure = #expect(throws: StartFailure.self) {
            try settings.addProvider("issuer=http://id.example.org,mapping=a:b:viewer")
        }
        #expect(failure?.description.hasPrefix("--oidc-provider: http://id.example.org") == true)
    }
}
