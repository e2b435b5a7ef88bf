import JobPlanning
import Testing

@Suite struct UnsupportedKeysTests {
    @Test(arguments: ["build: {secrets: [TOKEN]}", "fetch: {lfs: true}"])
    func `what cannot be done is refused, not left out`(_ keys: String) throws {
        let file = "version: 1\n\(keys)\nbenchmarks: [{name: a, command: ./a}]"
        #expect(UnsupportedKeys.refusal(of: try parsed(file)) != nil)
    }

    @Test(arguments: ["level", "parent", "fork_point", "pinned", "last_n", "release"])
    func `every baseline can be asked for`(_ word: String) throws {
        let keys = "policy: {baseline: \(word)}"
        let file = try parsed("version: 1\n\(keys)\nbenchmarks: [{name: a, command: ./a}]")
        #expect(UnsupportedKeys.refusal(of: file) == nil)
    }

    @Test func `an ordinary file is not refused`() throws {
        let file = try parsed("version: 1\nbenchmarks: [{name: a, command: ./a}]")
        #expect(UnsupportedKeys.refusal(of: file) == nil)
    }
}
