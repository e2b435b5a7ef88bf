import Testing

@testable import CommandLine

@Suite struct RunReferenceTests {
    private static let id = "01a1fd0c-ca4f-7764-858c-55eede69e1a0"

    @Test(arguments: [
        (id, RunReference.id(id)), (id.uppercased(), .id(id)), ("de69e1a0", .suffix("de69e1a0")),
        ("https://fleet.example/runs/\(id)?tab=log", .id(id)), ("@last", .last(branch: nil)),
        ("@last:topic/x", .last(branch: "topic/x")),
    ])
    func `a run is named in several ways`(_ text: String, _ expected: RunReference) throws {
        #expect(try RunReference(text) == expected)
    }

    @Test(arguments: ["", "e1a0", "@last:", "main", "https://fleet.example/", "de69e1a0de69e1a0"])
    func `other text names none`(_ text: String) {
        #expect(throws: CommandFailure.self) { try RunReference(text) }
    }
}
