import Testing

@testable import Workspaces

@Suite struct GlobPatternTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: String
        let path: String
        let matches: Bool
        var testDescription: String { "\(pattern) \(path)" }
    }

    @Test(arguments: [
        Case(pattern: "*.json", path: "a.json", matches: true),
        Case(pattern: "*.json", path: "dir/a.json", matches: false),
        Case(pattern: "out/*.json", path: "out/a.json", matches: true),
        Case(pattern: "**/*.json", path: "a.json", matches: true),
        Case(pattern: "**/*.json", path: "x/y/a.json", matches: true),
        Case(pattern: "out/?.json", path: "out/ab.json", matches: false),
        Case(pattern: "a*b*c", path: "a12b3c", matches: true),
        Case(pattern: "a*b*c", path: "a12b3d", matches: false),
        Case(pattern: "./x", path: "x", matches: true),
        Case(pattern: "**/a/**", path: "b/a", matches: true),
        Case(pattern: "**/a/**/b", path: "a/x/a/y/b", matches: true),
        Case(pattern: "**/a/b", path: "a/a/b", matches: true),
        Case(pattern: "**/a/b", path: "a/b/a", matches: false),
    ]) func `names and folders`(one: Case) throws {
        let pattern = try #require(GlobPattern(one.pattern))
        let path = one.path.split(separator: "/").map { Array($0.utf8) }
        #expect(pattern.matches(path) == one.matches)
    }

    @Test(arguments: ["/etc/*", "../x", "a/../../b", ""])
    func `patterns that leave the folder are refused`(text: String) {
        #expect(GlobPattern(text) == nil)
    }

    @Test func `many stars over folders do not blow up`() throws {
        let pattern = try #require(
            GlobPattern(Array(repeating: "**/a", count: 500).joined(separator: "/") + "/b"))
        #expect(!pattern.matches(Array(repeating: Array("a".utf8), count: 2000)))
    }

    @Test func `many stars do not blow up`() throws {
        let pattern = try #require(GlobPattern(String(repeating: "*a", count: 500) + "b"))
        #expect(!pattern.matches([Array(String(repeating: "a", count: 2000).utf8)]))
    }
}
