import JobPlanning
import Testing

@Suite struct UnsupportedKeysTests {
    @Test(arguments: [
        "matrix: {axes: {opt: [O2, O3]}}\nbuild: {commands: ['make {{matrix.opt}}']}",
        "build: {secrets: [TOKEN]}", "fetch: {lfs: true}", "fetch: {submodules: top}",
        "requires: {cpus: 2, on: each}",
    ])
    func `what cannot be done is refused, not left out`(_ keys: String) throws {
        let file = "version: 1\n\(keys)\nbenchmarks: [{name: a, command: ./a}]"
        #expect(UnsupportedKeys.refusal(of: try parsed(file)) != nil)
    }

    @Test func `one machine measures each cell, and asks no other`() throws {
        let matrix = "matrix: {axes: {opt: [O2, O3]}}\nrequires: {on: each}"
        let file = try parsed("version: 1\n\(matrix)\nbenchmarks: [{name: a, command: ./a}]")
        #expect(UnsupportedKeys.refusal(of: file) != nil)
        #expect(UnsupportedKeys.refusal(of: file, onOneMachine: true) == nil)
    }

    @Test func `an ordinary file is not refused`() throws {
        let file = try parsed("version: 1\nbenchmarks: [{name: a, command: ./a}]")
        #expect(UnsupportedKeys.refusal(of: file) == nil)
    }
}
