import Testing

@testable import CommandLine

@Suite struct NearMissTests {
    @Test(arguments: [
        ("trigegr", "trigger"), ("rusn", "runs"), ("compair", "compare"), ("hots", "hosts"),
    ])
    func `a slip of the hand is seen`(_ word: String, _ meant: String) {
        #expect(NearMiss.of(word, among: ["trigger", "runs", "compare", "hosts"]) == meant)
    }

    @Test(arguments: ["frobnicate", "", "x"])
    func `another word is left alone`(_ word: String) {
        #expect(NearMiss.of(word, among: ["trigger", "runs", "compare", "hosts"]) == nil)
    }
}
