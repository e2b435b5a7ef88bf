import Foundation
import NIOHTTP1
import ProjectFile
import Testing

@testable import CommandLine

/// `import toujou`, with configurations of several shapes.
@Suite struct ImportToujouTests {
    /// Comments, a trailing comma, keys of any case, and most of what is understood.
    private static let full = #"""
        {
          // The runner of the laboratory.
          "ConnectionStrings": {"DataApi": "Host=db;Password=secret"},
          "Runner": {
            "Name": "bench-01",
            "PollSeconds": 30,
            "Projects": [
              {
                "Name": "Lantern Engine",
                "RepositoryUrl": "https://ci:s3cret@git.example.org/lantern.git",
                "Branch": "trunk",
                "Restore": "dotnet restore",
                "BuildCommands": ["dotnet build -c Release --no-restore"],
                "Environment": {"DOTNET_NOLOGO": 1, "lower": "x"},
                "Benchmarks": [
                  {
                    "Name": "Parsing",
                    "Type": "BenchmarkDotNet",
                    "Command": "dotnet run -c Release --project bench -- --filter '*' | Out-Null",
                    "WorkingDirectory": ".\\bench",
                    "ArtifactsPath": "BenchmarkDotNet.Artifacts",
                    "Timeout": "01:30:00",
                    "Tags": ["core"],
                    "Cron": "0 2 * * *",
                  },
                  /* Two lines of a script. */
                  {"Id": "size", "type": "Script",
                   "Commands": ["$s = (Get-Item app).Length", "Write-Host \"{{$s}}\""],
                   "Enabled": false},
                  {"Type": "GoogleBenchmark", "Program": "out/bench",
                   "Arguments": ["--benchmark_format=json", 5], "Results": "out/r.json"},
                  {"Name": "none", "Type": "JMH"},
                  17,
                ],
              },
              {"Name": "empty", "Repository": "https://git.example.org/empty.git"},
            ],
          },
        }
        """#

    private struct Imported {
        let ended: Program.Ended
        let calls: [FakeController.Call]
        let files: [String: String]
    }

    private func run(
        _ text: String, _ arguments: [String] = [], signedIn: Bool = false,
        _ replies: [String: FakeController.Answer] = [:], over files: [String: String] = [:]
    ) async throws -> Imported {
        try await withFolder { folder in
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/runner.json"))
            for (path, text) in files {
                let file = URL(filePath: "\(folder)/\(path)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }
            let controller = try SampleController(replies)
            return try await withController(controller.script) { server in
                var program = Program(server: signedIn ? server : nil)
                program.directory = folder
                let ended = await program.run(["import", "toujou", "runner.json"] + arguments)
                return Imported(
                    ended: ended, calls: server.calls, files: try Self.files(below: folder))
            }
        }
    }

    private static func files(below folder: String) throws -> [String: String] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return paths.filter { $0.hasSuffix(".yaml") }.reduce(into: [:]) { files, path in
            files[path] = try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
        }
    }

    @Test func `a whole configuration becomes files, and what is left is told`() async throws {
        let imported = try await run(Self.full)
        #expect(imported.ended.status == .partial, "\(imported.ended.notices)")
        try Recorded.expect(imported.ended.answer, equals: "import-toujou.txt")
        #expect(imported.files.keys.sorted() == ["lantern-engine/fleetmark.yaml"])
        let text = try #require(imported.files["lantern-engine/fleetmark.yaml"])
        try Recorded.expect(text, equals: "import-toujou.yaml")
        let parsed = ProjectFile.parse(bytes: Array(text.utf8), fileName: "f")
        #expect(parsed.problems.isEmpty, "\(parsed.report)")
        // What PowerShell gets is what the configuration said.
        let script = parsed.file?.benchmarks.dropFirst().first?.command.arguments
        #expect(script?.last == "$s = (Get-Item app).Length\nWrite-Host \"{{$s}}\"")
        #expect(!imported.ended.answer.contains("s3cret"))
        #expect(!text.contains("s3cret"))
    }

    @Test func `with --json the same is one document`() async throws {
        let imported = try await run(Self.full, ["--json"])
        try Recorded.expect(imported.ended.answer, equals: "import-toujou.json")
    }

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
            self.text = text.replacing("<url>", with: "\"https://git.example.org/lantern.git\"")
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
            "a list", #"[{"name": "lantern", "repo": <url>, "benchmarks": [{"command": "x"}]}]"#,
            [pwsh("x")]),
        Shape(
            "one project", #"{"url": <url>, "branch": "b", "benchmarks": {"a": "x", "b": "y z"}}"#,
            branch: "b", [pwsh("x"), pwsh("y z")]),
        Shape(
            "a map below a section",
            #"{"Toujou": {"projects": {"Lantern": {"REPO_URL": <url>, "Suites": [{"cmd": "x"}]}}}}"#,
            [pwsh("x")]),
        Shape(
            "a map at the top", #"{"Lantern": {"gitUrl": <url>, "benches": [{"run": "x"}]}}"#,
            [pwsh("x")]),
        Shape(
            "a repository with parts",
            #"{"projects": [{"repository": {"url": <url>, "ref": "r"}, "benchmarks": ["x"]}]}"#,
            branch: "r", [pwsh("x")]),
        Shape(
            "a project that is a benchmark",
            #"{"repositories": [{"name": "lantern", "url": <url>, "type": "jmh", "command": "x"}]}"#,
            [pwsh("x")]),
        Shape(
            "one benchmark that is no list",
            #"{"repo": <url>, "benchmark": {"type": "hyperfine", "command": ["./r", "a b"]}}"#,
            [["./r", "a b"]]),
        Shape(
            "words, lines, shells and arguments",
            #"""
            {"repo": <url>, "benchmarks": [
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
            #"{"repo": <url>, "benchmarks": [{"type": "BenchmarkDotNet", "project": "b\\B.csproj"}]}"#,
            [
                [
                    "dotnet", "run", "-c", "Release", "--project", "b/B.csproj", "--", "--filter",
                    "*", "--exporters", "fulljson",
                ]
            ]),
    ]

    @Test(arguments: shapes)
    func `configurations of many shapes are understood`(_ given: Shape) async throws {
        let imported = try await run(given.text, ["--json"])
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
        let imported = try await run(text)
        #expect(imported.ended.status == status)
        #expect(imported.ended.notices.contains(words), "\(imported.ended.notices)")
        #expect(imported.ended.answer.isEmpty && imported.files.isEmpty)
    }

    @Test func `what a project file cannot have is skipped, and the rest stays`() async throws {
        let long = String(repeating: "x", count: 40_000)
        let imported = try await run(
            #"{"repo": "https://h/r.git", "benchmarks": [{"name": "../../é", "command": "a"},"#
                + #"{"name": "../../é", "command": "\#(long)"}, {"command": "a\u0000b"}]}"#)
        #expect(imported.ended.status == .partial)
        #expect(imported.files.keys.sorted() == ["r/fleetmark.yaml"])
        #expect(imported.ended.answer.contains("skipped $.benchmarks[1]: "))
        #expect(imported.ended.answer.contains("skipped $.benchmarks[2]: "))
    }

    @Test func `a thousand gaps are listed and more are counted`() async throws {
        let many = (0..<1_200).map { "\"k\($0)\": 1" }.joined(separator: ",")
        let imported = try await run(
            #"{"repo": "https://h/r.git", "benchmarks": [{"command": "a"}], \#(many)}"#)
        #expect(imported.ended.answer.contains("not taken over: $.k999: not understood"))
        #expect(imported.ended.answer.contains("and 200 more places like these"))
    }

    @Test func `names never lead out of the folder, and are unique`() async throws {
        let projects = ["..", "../x", "a/b", "A B", ".hidden", ""].map {
            #"{"name": "\#($0)", "repo": "https://h/r.git", "benchmarks": [{"command": "a"}]}"#
        }
        let imported = try await run("[\(projects.joined(separator: ","))]")
        #expect(
            imported.files.keys.sorted() == [
                "a-b-2/fleetmark.yaml", "a-b/fleetmark.yaml", "hidden/fleetmark.yaml",
                "project/fleetmark.yaml", "r/fleetmark.yaml", "x/fleetmark.yaml",
            ])
    }

    private static let small =
        #"{"name": "lantern", "repo": "https://git.example.org/lantern.git", "#
        + #""benchmarks": [{"type": "command", "command": ["./run"]}]}"#

    @Test func `what is there stays, unless it is the same or may be replaced`() async throws {
        let path = "lantern/fleetmark.yaml"
        let first = try await run(Self.small)
        #expect(first.ended.status == .done)
        let written = try #require(first.files[path])
        let again = try await run(Self.small, over: [path: written])
        #expect(again.ended.status == .done)
        #expect(again.ended.answer.contains("is there already, the same"))
        let kept = try await run(Self.small, over: [path: "mine"])
        #expect(kept.ended.status == .partial)
        #expect(kept.files[path] == "mine")
        let replaced = try await run(Self.small, ["--force"], over: [path: "mine"])
        #expect(replaced.ended.status == .done)
        #expect(replaced.files[path] == written)
    }

    @Test func `a dry run shows all and does nothing`() async throws {
        let imported = try await run(Self.small, ["--dry-run", "--output", "in"], signedIn: true)
        #expect(imported.ended.status == .done)
        #expect(imported.files.isEmpty && imported.calls.isEmpty)
        for words in ["would write in/lantern/fleetmark.yaml", "would be registered", "version: 1"]
        {
            #expect(imported.ended.answer.contains(words))
        }
    }

    @Test func `who is signed in registers the projects too`() async throws {
        let post = "POST /projects"
        let new = FakeController.Answer.json(try Recorded.reply("project"), status: 201)
        let made = try await run(Self.small, signedIn: true, [post: new])
        #expect(made.ended.status == .done, "\(made.ended.notices)")
        #expect(made.ended.answer.contains("  registered\n"))
        #expect(
            made.calls.map(\.body) == [
                #"{"name":"lantern","repository":{"url":"https://git.example.org/lantern.git"}}"#
            ])
        let unasked = try await run(Self.small, ["--no-register"], signedIn: true, [post: new])
        #expect(unasked.calls.isEmpty)
    }

    @Test(arguments: [
        ("https://git.example.org/lantern.git", CommandStatus.done, "is registered already"),
        ("https://git.example.org/other.git", .partial, "not registered: taken; another name"),
    ])
    func `a project that is there is looked at`(
        _ url: String, _ status: CommandStatus, _ words: String
    ) async throws {
        let taken = #"{"message": "taken", "details": {"reason": "name_taken"}}"#
        let page = #"{"items": [{"id": "r", "url": "\#(url)"}], "next_cursor": null}"#
        let imported = try await run(
            Self.small, signedIn: true,
            [
                "POST /projects": .json(taken, status: 409),
                "GET /projects/lantern/repositories": .json(page),
            ])
        #expect(imported.ended.status == status)
        #expect(imported.ended.answer.contains(words), "\(imported.ended.answer)")
    }

    @Test func `the example of the page is understood whole`() async throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/importing.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let start = try #require(text.firstRange(of: "```json\n"))
        let end = try #require(text[start.upperBound...].firstRange(of: "```"))
        let imported = try ToujouImport(
            Array(text[start.upperBound..<end.lowerBound].utf8), fileName: "f")
        #expect(imported.projects.map(\.name) == ["lantern"])
        #expect(imported.projects.first?.benchmarks.map(\.format) == ["benchmarkdotnet-json"])
        #expect(imported.gaps.skipped.isEmpty && imported.gaps.unknown.isEmpty)
        let shape = try ToujouImport(Array(ToujouImport.shape.utf8), fileName: "f")
        #expect(shape.gaps.skipped.isEmpty && shape.gaps.unknown.isEmpty)
    }

    /// Seeded damage: an answer or a refusal, never a trap, and every file is valid.
    @Test func `no bytes make it fall over`() throws {
        let good = Array(Self.full.utf8)
        for seed in 0..<300 {
            var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
            func next(_ bound: Int) -> Int {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                return Int(state % UInt64(bound))
            }
            var bytes = good
            for _ in 0...next(4) {
                let place = next(bytes.count)
                switch next(4) {
                case 0: bytes[place] = UInt8(next(256))
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 9))
                case 2: bytes.insert(contentsOf: Array("{[\"/*,:".utf8), at: place)
                default:
                    bytes.replaceSubrange(
                        place..<place,
                        with: good[min(place, good.count) / 2..<min(place, good.count)])
                }
            }
            guard let imported = try? ToujouImport(bytes, fileName: "f") else { continue }
            for project in imported.projects {
                #expect(ImportedProjectFile(source: "f", project: project).problem == nil)
            }
        }
    }
}
