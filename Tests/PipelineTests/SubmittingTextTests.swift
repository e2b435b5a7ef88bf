import Testing

@testable import Pipeline

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

@Suite struct ShellWordTests {
    @Test(arguments: [
        ("plain", "plain"), ("", "''"), ("two words", "'two words'"), ("it's", "'it'\\''s'"),
        ("$HOME", "'$HOME'"), ("a;b", "'a;b'"), ("--x=1,2", "--x=1,2"), ("ü", "'ü'"),
        ("line\nbreak", "'line\nbreak'"),
    ])
    func `a word is quoted where a shell would read it otherwise`(text: String, word: String) {
        #expect(ShellWord.quoted(text) == word)
    }
}
