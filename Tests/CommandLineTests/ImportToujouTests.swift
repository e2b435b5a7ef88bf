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

    @Test func `a whole configuration becomes files, and what is left is told`() async throws {
        let imported = try await Imported.run(Self.full)
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
        let imported = try await Imported.run(Self.full, ["--json"])
        try Recorded.expect(imported.ended.answer, equals: "import-toujou.json")
    }

    @Test func `what a project file cannot have is skipped, and the rest stays`() async throws {
        let long = String(repeating: "x", count: 40_000)
        let imported = try await Imported.run(
            #"{"repo": "https://h/r.git", "benchmarks": [{"name": "../../é", "command": "a"},"#
                + #"{"name": "../../é", "command": "\#(long)"}, {"command": "a\u0000b"}]}"#)
        #expect(imported.ended.status == .partial)
        #expect(imported.files.keys.sorted() == ["r/fleetmark.yaml"])
        #expect(imported.ended.answer.contains("skipped $.benchmarks[1]: "))
        #expect(imported.ended.answer.contains("skipped $.benchmarks[2]: "))
    }

    @Test func `a thousand gaps are listed and more are counted`() async throws {
        let many = (0..<1_200).map { "\"k\($0)\": 1" }.joined(separator: ",")
        let imported = try await Imported.run(
            #"{"repo": "https://h/r.git", "benchmarks": [{"command": "a"}], \#(many)}"#)
        #expect(imported.ended.answer.contains("not taken over: $.k999: not understood"))
        #expect(imported.ended.answer.contains("and 200 more places like these"))
    }

    @Test func `names never lead out of the folder, and are unique`() async throws {
        let projects = ["..", "../x", "a/b", "A B", ".hidden", ""].map {
            #"{"name": "\#($0)", "repo": "https://h/r.git", "benchmarks": [{"command": "a"}]}"#
        }
        let imported = try await Imported.run("[\(projects.joined(separator: ","))]")
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
        let first = try await Imported.run(Self.small)
        #expect(first.ended.status == .done)
        let written = try #require(first.files[path])
        let again = try await Imported.run(Self.small, over: [path: written])
        #expect(again.ended.status == .done)
        #expect(again.ended.answer.contains("is there already, the same"))
        let kept = try await Imported.run(Self.small, over: [path: "mine"])
        #expect(kept.ended.status == .partial)
        #expect(kept.files[path] == "mine")
        let replaced = try await Imported.run(Self.small, ["--force"], over: [path: "mine"])
        #expect(replaced.ended.status == .done)
        #expect(replaced.files[path] == written)
    }

    @Test func `a dry run shows all and does nothing`() async throws {
        let imported = try await Imported.run(
            Self.small, ["--dry-run", "--output", "in"], signedIn: true)
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
        let made = try await Imported.run(Self.small, signedIn: true, [post: new])
        #expect(made.ended.status == .done, "\(made.ended.notices)")
        #expect(made.ended.answer.contains("  registered\n"))
        #expect(
            made.calls.map(\.body) == [
                #"{"name":"lantern","repository":{"url":"https://git.example.org/lantern.git"}}"#
            ])
        let unasked = try await Imported.run(
            Self.small, ["--no-register"], signedIn: true, [post: new])
        #expect(unasked.calls.isEmpty)
    }

    @Test(arguments: ["owner/name", #"C:\\repos\\lantern"#])
    func `what no controller could fetch is not registered`(_ remote: String) async throws {
        let imported = try await Imported.run(
            #"{"repo": "\#(remote)", "benchmarks": [{"command": ["./run"]}]}"#, signedIn: true)
        #expect(imported.ended.status == .partial)
        #expect(imported.ended.answer.contains("no address that can be fetched"))
        #expect(imported.calls.isEmpty && imported.files.count == 1)
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
        let imported = try await Imported.run(
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
