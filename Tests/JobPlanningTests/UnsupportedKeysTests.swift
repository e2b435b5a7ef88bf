import JobPlanning
import Testing

@Suite struct UnsupportedKeysTests {
    @Test(arguments: [
        "build: {secrets: [TOKEN]}", "fetch: {lfs: true}",
        "policy: {baseline: pinned}",
    ])
    func `what cannot be done is refused, not left out`(_ keys: String) throws {
        let file = "version: 1\n\(keys)\nbenchmarks: [{name: a, command: ./a}]"
        #expect(UnsupportedKeys.refusal(of: try parsed(file)) != nil)
    }

    @Test func `one machine has no baselines but a base`() throws {
        let keys = "policy: {baseline: pinned}"
        let file = try parsed("version: 1\n\(keys)\nbenchmarks: [{name: a, command: ./a}]")
        #expect(UnsupportedKeys.refusal(of: file) != nil)
        #expect(UnsupportedKeys.refusal(of: file, onOneMachine: true) == nil)
    }

    @Test func `an ordinary file is not refused`() throws {
        let file = try parsed("version: 1\nbenchmarks: [{name: a, command: ./a}]")
        #expect(UnsupportedKeys.refusal(of: file) == nil)
    }
}
