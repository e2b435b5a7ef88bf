import Testing

@testable import FleetModel

@Suite struct CommitHashTests {
    @Test(arguments: [40, 64])
    func `full names of both kinds are accepted`(_ length: Int) {
        let text = String(String(repeating: "0123456789abcdef", count: 4).prefix(length))
        #expect(CommitHash(text)?.text == text)
        #expect(CommitHash(text)?.short == "0123456789ab")
    }

    @Test(arguments: [
        "", "abc", String(repeating: "a", count: 39), String(repeating: "a", count: 41),
        String(repeating: "a", count: 63), String(repeating: "a", count: 65),
        String(repeating: "A", count: 40), String(repeating: "g", count: 40),
        String(repeating: "a", count: 39) + "\n", String(repeating: "é", count: 20),
        "--upload-pack=" + String(repeating: "a", count: 26),
    ])
    func `abbreviations, capitals and options are refused`(_ text: String) {
        #expect(CommitHash(text) == nil)
    }
}
