import FleetModel
import Testing

@testable import Identity

@Suite struct ConfiguredKeyTests {
    private static let text = "pg_live_" + String(repeating: "ab", count: 16)

    @Test func `a key has role, project and expression`() throws {
        let key = try ConfiguredKey("Promoter:\(Self.text):api:^web-")
        #expect(key.identity.scopes == Role.promoter.scopes)
        #expect(key.identity.project == "api")
        #expect(key.identity.benchmarks == BenchmarkPattern("^web-"))
    }

    @Test func `what is left out is the default project and all benchmarks`() throws {
        let key = try ConfiguredKey("admin:\(Self.text)")
        #expect(key.identity.project == "default")
        #expect(key.identity.benchmarks == nil)
        #expect(try ConfiguredKey("admin:\(Self.text):p:*").identity.benchmarks == nil)
    }

    @Test(arguments: [
        "", "admin", "owner:\(text):p", "admin::p", "admin:secret-of-mine:p", "admin:\(text):",
        "admin:\(text):p:", "admin:\(text):p:(", "admin:\(text):p:a:b",
        "admin:pg_live_\(String(repeating: "-", count: 32)):p",
    ])
    func `a text that is no key is refused without repeating it`(_ text: String) {
        #expect(throws: ConfiguredKey.Fault.self) { try ConfiguredKey(text) }
        do {
            _ = try ConfiguredKey(text)
        } catch {
            #expect(!error.description.contains("secret-of-mine"))
            #expect(!error.description.contains(Self.text))
        }
    }

    @Test func `a key is found by its whole text`() throws {
        let keys = ConfiguredKeys([
            try ConfiguredKey("viewer:\(Self.text):a"),
            try ConfiguredKey("admin:pg_test_\(String(repeating: "z", count: 40)):b"),
            try ConfiguredKey("admin:\(Self.text):c"),
        ])
        let found = try #require(APIKeyText(Self.text))
        #expect(keys.key(of: found)?.identity.project == "a")
        let other = try #require(APIKeyText(Self.text + "0"))
        #expect(keys.key(of: other) == nil)
    }

    @Test func `its id stays the same and says nothing of it`() throws {
        let first = try ConfiguredKey("viewer:\(Self.text):a")
        let second = try ConfiguredKey("admin:\(Self.text):b")
        #expect(first.id == second.id)
        #expect(!first.id.contains("abab"))
        #expect("\(first)".contains(Self.text) == false)
        #expect(String(reflecting: ConfiguredKeys([first])).contains(Self.text) == false)
    }
}
