import Analysis
import Testing

@Suite struct GlobTests {
    struct Case: CustomStringConvertible {
        let pattern: String
        let name: String
        let matches: Bool
        var description: String { "\(pattern) on \(name)" }
    }

    @Test(arguments: [
        Case(pattern: "parse", name: "parse", matches: true),
        Case(pattern: "parse", name: "parser", matches: false),
        Case(pattern: "parse*", name: "parse/large", matches: true),
        Case(pattern: "*", name: "", matches: true),
        Case(pattern: "", name: "", matches: true),
        Case(pattern: "", name: "a", matches: false),
        Case(pattern: "?", name: "ä", matches: true),
        Case(pattern: "a*b*c", name: "axxbyyc", matches: true),
        Case(pattern: "a*b*c", name: "axxbyy", matches: false),
        Case(pattern: "**a", name: "a", matches: true),
        Case(pattern: "!skip", name: "skip", matches: true),
    ])
    func `stars and question marks stand for text`(_ given: Case) {
        #expect(Glob(given.pattern).matches(given.name) == given.matches)
    }

    @Test func `a hostile pattern takes time in proportion only`() {
        let pattern = String(repeating: "*a", count: 200) + "b"
        #expect(!Glob(pattern).matches(String(repeating: "a", count: 2000)))
    }

    @Test func `the last pattern that matches decides`() {
        #expect(Glob.selects("time", by: ["*", "!user_*"]))
        #expect(!Glob.selects("user_time", by: ["*", "!user_*"]))
        #expect(Glob.selects("user_time", by: ["!user_*", "*"]))
        #expect(!Glob.selects("time", by: []))
    }
}
