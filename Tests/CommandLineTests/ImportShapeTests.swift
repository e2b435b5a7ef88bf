import Foundation
import ProjectFile
import Testing

@testable import CommandLine

/// What `import toujou` takes for a configuration, and what not.
@Suite struct ImportShapeTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        var name = "lantern"
        var remote: String? = "https://git.example.org/lantern.git"
        var branch: String?
        let commands: [[String]]
        var status = CommandStatus.done

        init(
            _ testDescription: String, _ text: String, name: String = "lantern",
            branch: String? = nil, _ commands: [[String]], _ status: CommandStatus = .done
        ) {
            self.testDescription = testDescription
            self.text = text.replacing("~", with: "\"https://git.example.org/lantern.git\"")
            self.name = name
            self.branch = branch
            self.commands = commands
            self.status = status
        }
    }

    private static func pwsh(_ text: String) -> [String] {
        ["pwsh", "-NoProfile", "-NonInteractive", "-Command", text]
    }

    static let shapes = [
        Shape(
            "a list", #"[{"name": "lantern", "repo": ~, "benchmarks": [{"command": "x"}]}]"#,
            [pwsh("x")]),
        Shape(
            "one project", #"{"url": ~, "branch": "b", "benchmarks": {"a": "x", "b": "y z"}}"#,
            branch: "b", [pwsh("x"), pwsh("y z")]),
        Shape(
            "a map below a section",
            #"{"Toujou": {"projects": {"Lantern": {"REPO_URL": ~, "Suites": [{"cmd": "x"}]}}}}"#,
            [pwsh("x")]),
        Shape(
            "a map at the top", #"{"Lantern": {"gitUrl": ~, "benches": [{"run": "x"}]}}"#,
            [pwsh("x")]),
        Shape(
            "a repository with parts",
            #"{"projects": [{"repository": {"url": ~, "ref": "r"}, "benchmarks": ["x"]}]}"#,
            branch: "r", [pwsh("x")]),
        Shape(
            "a project that is a benchmark",
            #"{"repositories": [{"name": "lantern", "url": ~, "type": "jmh", "command": "x"}]}"#,
            [pwsh("x")]),
        Shape(
            "one benchmark that is no list",
            #"{"repo": ~, "benchmark": {"type": "hyperfine", "command": ["./r", "a b"]}}"#,
            [["./r", "a b"]]),
        Shape(
            "words, lines, shells and arguments",
            #"""
            {"repo": ~, "benchmarks": [
              {"program": "./r", "args": "-a $env:B"}, {"command": "./r", "args": ["it's", 1]},
              {"command": ["a b", "c"]}, {"command": "a && b", "shell": "bash"},
              {"command": "./bench.ps1"}, {"script": {"program": "./p", "arguments": ["-x"]}},
              {"command": "dir", "shell": "cmd"}]}
            """#,
            [
                pwsh("& './r' -a $env:B"), pwsh("./r 'it''s' '1'"), pwsh("a b\nc"),
                ["bash", "-c", "a && b"],
                ["pwsh", "-NoProfile", "-NonInteractive", "-File", "./bench.ps1"], ["./p", "-x"],
            ], .partial),
        Shape(
            "a project of .NET without a command",
            #"{"repo": ~, "benchmarks": [{"type": "BenchmarkDotNet", "project": "b\\B.csproj"}]}"#,
            [
                [
                    "dotnet", "run", "-c", "Release", "--project", "b/B.csproj", "--", "--filter",
                    "*", "--exporters", "fulljson",
                ]
            ]),
    ]

    @Test(arguments: shapes)
    func `configurations of many shapes are understood`(_ given: Shape) async throws {
        let imported = try await Imported.run(given.text, ["--json"])
        #expect(imported.ended.status == given.status, "\(imported.ended.notices)")
        let tree = try JSONDecoder().decode(
            JSONTree.self, from: Data(imported.ended.answer.utf8))
        let project = try #require(tree["projects"]?.items.first)
        #expect(project["name"]?.string == given.name)
        #expect(project["repository"]?.string == given.remote)
        #expect(project["branch"]?.string == given.branch)
        let commands = project["benchmarks"]?.items
            .map { $0["command"]?.items.compactMap(\.string) ?? [] }
        #expect(commands == given.commands)
        let text = try #require(imported.files["\(given.name)/fleetmark.yaml"])
        let file = ProjectFile.parse(bytes: Array(text.utf8), fileName: "f").file
        #expect(file?.benchmarks.map(\.command.arguments) == given.commands)
    }

    @Test(arguments: [
        ("{}", CommandStatus.failed, "no project was recognised"),
        (
            #"{"Logging": {"Level": "x"}, "Api": {"Url": "https://a"}}"#, .failed,
            "is something like"
        ),
        (#"{"projects": ["a", {"name": "b"}]}"#, .failed, "$.projects[0]: is no object"),
        (#"{"projects": [{"repo": "u", "benchmarks": []}]}"#, .failed, "no benchmark in it"),
        ("[]", .failed, "no project"), ("null", .failed, "no project"), ("", .usage, "is no JSON"),
        ("{\"a\": /* x", .usage, "is no JSON"), ("{\"a\" 1}", .usage, "line 1, column 6"),
        (String(repeating: "[", count: 100_000), .usage, "is no JSON"),
        (String(repeating: "{\"a\":", count: 100_000), .usage, "is no JSON"),
    ])
    func `where nothing can be read it is said what was expected`(
        _ text: String, _ status: CommandStatus, _ words: String
    ) async throws {
        let imported = try await Imported.run(text)
        #expect(imported.ended.status == status)
        #expect(imported.ended.notices.contains(words), "\(imported.ended.notices)")
        #expect(imported.ended.answer.isEmpty && imported.files.isEmpty)
    }
}
