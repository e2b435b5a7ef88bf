import FleetModel
import Identity
import Testing

/// Counts up, so that generated texts are known.
struct CountingGenerator: RandomNumberGenerator {
    var value: UInt64 = 0
    mutating func next() -> UInt64 {
        value += 1
        return value
    }
}

@Suite struct CredentialTextTests {
    @Test func `generated credentials have their forms and parse again`() {
        var generator = CountingGenerator()
        let token = EnrolmentTokenText(using: &generator)
        let key = APIKeyText(using: &generator)
        #expect(token.secret.exposed == "fme_00000000000000010000000000000002")
        #expect(key.secret.exposed == "pg_live_00000000000000030000000000000004")
        #expect(EnrolmentTokenText(token.secret.exposed) != nil)
        #expect(APIKeyText(key.secret.exposed) != nil)
        #expect(key.displayPrefix == "pg_live_0000...***")
    }

    @Test func `two generated credentials differ`() {
        #expect(EnrolmentTokenText.generate().digest != EnrolmentTokenText.generate().digest)
    }

    struct KeyCase { let text: String; let accepted: Bool }
    @Test(arguments: [
        KeyCase(text: "pg_live_" + String(repeating: "a", count: 32), accepted: true),
        KeyCase(text: "pg_test_" + String(repeating: "Z", count: 40), accepted: true),
        KeyCase(text: "pg_live_" + String(repeating: "a", count: 31), accepted: false),
        KeyCase(text: "pg_prod_" + String(repeating: "a", count: 32), accepted: false),
        KeyCase(text: "pg_live_" + String(repeating: "a", count: 31) + "-", accepted: false),
        KeyCase(text: "pg_live_" + String(repeating: "é", count: 32), accepted: false),
        KeyCase(text: "pg_live_" + String(repeating: "a", count: 5000), accepted: false),
        KeyCase(text: "", accepted: false),
    ])
    func `API keys follow the format rule`(_ given: KeyCase) {
        #expect((APIKeyText(given.text) != nil) == given.accepted)
    }

    @Test(arguments: ["fme_", "fme_0000000000000001000000000000000G", "fma_", "FME_00", "fme"])
    func `malformed credentials are refused`(_ text: String) {
        #expect(EnrolmentTokenText(text) == nil)
    }

    @Test func `the stored digest is SHA-256 of the whole text`() throws {
        #expect(
            CredentialDigest(of: "abc").hex
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let key = APIKeyText.generate()
        #expect(key.matches(key.digest))
        #expect(!key.matches(APIKeyText.generate().digest))
        #expect(CredentialDigest(hex: key.digest.hex) == key.digest)
        #expect(CredentialDigest(hex: "AB") == nil)
    }

    @Test func `secrets do not print`() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\([secret])"] {
            #expect(text.contains("•••"))
            #expect(!text.contains("hunter2"))
        }
        let token = EnrolmentTokenText.generate()
        #expect(!"\(token)".contains("fme_"))
    }

    @Test func `a seal holds for its text only`() {
        let seal = MessageSeal.ephemeral()
        let code = seal.code(for: "page 2")
        #expect(seal.isValid(code, for: "page 2"))
        #expect(!seal.isValid(code, for: "page 3"))
        #expect(!MessageSeal.ephemeral().isValid(code, for: "page 2"))
    }
}
