import AgentProtocol
import Foundation
import TestSupport
import Testing

/// The templates of `docs/examples`, and a first comparison, with the real programs and without a
/// controller.
@Suite struct ExampleTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let folder: String
        /// Programs and files that it needs on this machine.
        let needs: [String]
        let metrics: Set<String>
        var testDescription: String { folder }

        /// What is missing here.
        var missing: String? { needs.first { !Tools.has($0) } }
    }

    static let examples = [
        Example(
            folder: "cpp", needs: ["c++", "/usr/include/benchmark/benchmark.h"],
            metrics: ["time", "cpu_time", "bytes_per_second"]),
        Example(folder: "rust", needs: ["cargo"], metrics: ["time"]),
        Example(
            folder: "go", needs: ["go"],
            metrics: ["time", "bytes_per_second", "allocated_bytes", "allocations"]),
        Example(
            folder: "python",
            needs: [
                "/usr/bin/python3", "/usr/lib/python3/dist-packages/pytest_benchmark",
                "/usr/lib/python3.*/ensurepip/__main__.py",
            ], metrics: ["time"]),
        Example(folder: "java", needs: ["javac"], metrics: ["time"]),
        Example(folder: "dotnet", needs: ["dotnet"], metrics: ["time", "allocated_bytes"]),
        Example(folder: "swift", needs: ["swift"], metrics: ["time"]),
        Example(folder: "node", needs: ["node"], metrics: ["time"]),
    ]

    @Test(arguments: examples)
    func `a template is built and measured`(_ example: Example) async throws {
        if let missing = example.missing {
            print("not run: docs/examples/\(example.folder), \(missing) is not installed")
            return
        }
        let here = URL(filePath: #filePath)
        let folder =
            here.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path + "/docs/examples/" + example.folder
        let readable = example.needs.compactMap(Tools.hiddenFolder).flatMap { ["--readable", $0] }
        let ended = try await LocalProgram.run(
            ["run", "--local", "--json", "--repetitions", "1", "--counters", "none"] + readable,
            in: folder)
        let document = try #require(ended.document, "\(ended.output)")
        #expect(ended.status == 0, "\(ended.output)")
        let results = document["results"]?.items ?? []
        #expect(results.count >= 2)
        let metrics = Set(results.compactMap { $0["metric"]?.text })
        #expect(metrics.isSuperset(of: example.metrics))
        #expect(document["errors"]?.items.isEmpty == true)
    }

    @Test func `every template is about a language of its own`() throws {
        let folder =
            URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path + "/docs/examples"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { !$0.hasSuffix(".md") }
        #expect(Set(names) == Set(Self.examples.map(\.folder)))
    }

    /// What the shell of this repository measures is what is written in it: no clock is asked.
    private static let suite = """
        version: 1
        build: {commands: ["cp value.txt built.txt"], outputs: [built.txt]}
        benchmarks:
          - name: told
            command: [cat, built.txt]
            format: fleetmark-json
        """

    private static func told(_ value: Int) -> String {
        #"{"schema": "fleetmark.results.v1", "results": "#
            + #"[{"name": "n", "unit": "s", "value": \#(value)}]}"#
    }

    @Test func `what was changed and not committed is compared with what was`() async throws {
        try await LocalProgram.lend { folder in
            let git = { (words: [String]) in
                try await TestRepository.git(["-C", folder] + words)
            }
            _ = try await git(["init", "--quiet", "--template="])
            try Self.suite.write(
                toFile: folder + "/fleetmark.yaml", atomically: true, encoding: .utf8)
            try Self.told(100).write(
                toFile: folder + "/value.txt", atomically: true, encoding: .utf8)
            _ = try await git(["add", "--all"])
            _ = try await git(["commit", "--quiet", "-m", "one"])
            try Self.told(130).write(
                toFile: folder + "/value.txt", atomically: true, encoding: .utf8)
            let arguments = ["run", "--local", "--against", "HEAD", "--repetitions", "6"]
            let shown = try await LocalProgram.run(arguments, in: folder)
            #expect(shown.status == 1, "\(shown.output)")
            #expect(shown.output.contains("told/n"))
            #expect(shown.output.contains("+30.0 %"))
            #expect(shown.output.contains("regressed"))
            let told = try await LocalProgram.run(
                arguments + ["--json", "--fail-on", "never"], in: folder)
            #expect(told.status == 0)
            let row = told.document?["comparison"]?["rows"]?.items.first {
                $0["benchmark"]?.text == "told/n"
            }
            #expect(row?["direction"]?.text == "regressed")
            #expect(row?["shift_rel"]?.double == 0.3)
            let records = told.document?["receipt"]?["records"]?.items ?? []
            let kinds: Set<String> = Set(records.compactMap { $0["type"]?.text })
            #expect(kinds.isSuperset(of: ["environment", "isolation"]))
        }
    }

    @Test func `a build that fails ends with its own words`() async throws {
        try await LocalProgram.lend { folder in
            try Self.suite.write(
                toFile: folder + "/fleetmark.yaml", atomically: true, encoding: .utf8)
            let ended = try await LocalProgram.run(["run", "--local"], in: folder)
            #expect(ended.status == 4)
            #expect(ended.output.contains("value.txt"))
            #expect(ended.output.contains("build"))
        }
    }
}

/// `fleetmark` as somebody types it, with a state folder of its own.
enum LocalProgram {
    struct Ended {
        let status: CInt
        let output: String

        /// The last line, where it is JSON.
        var document: JSONValue? {
            let line = output.split(separator: "\n").last.map(String.init) ?? ""
            return try? JSONDecoder().decode(JSONValue.self, from: Data(line.utf8))
        }
    }

    static func run(_ arguments: [String], in folder: String) async throws -> Ended {
        let state = FileManager.default.temporaryDirectory.path + "/local-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: state, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o711])
        defer { try? FileManager.default.removeItem(atPath: state) }
        let program = try RunningProgram(
            "/bin/sh",
            ["-c", "cd \"$0\" && exec \"$@\"", folder, try BuiltProducts.path(of: "fleetmark")]
                + arguments,
            environment: [
                "PATH": Tools.searchPath, "STATE_DIRECTORY": state, "LC_ALL": "C.UTF-8",
            ],
            logFile: state + "/log")
        let status = try await program.wait()
        return Ended(status: status, output: program.output)
    }

    static func lend(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/project-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }
}

/// Toolchains of this machine, also those of the user who runs the tests.
enum Tools {
    /// The toolchains themselves stand before the proxies of `rustup`, which need the user's HOME.
    static let folders: [String] = {
        let home = ProcessInfo.processInfo.environment["HOME"] ?? "/root"
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
        return matches("\(home)/.rustup/toolchains/*/bin")
            + path.split(separator: ":").map(String.init).filter { !$0.hasSuffix("/.cargo/bin") }
    }()

    static var searchPath: String { folders.joined(separator: ":") }

    static func has(_ name: String) -> Bool {
        name.hasPrefix("/") ? !matches(name).isEmpty : folder(of: name) != nil
    }

    private static func folder(of program: String) -> String? {
        folders.first { access("\($0)/\(program)", X_OK) == 0 }
    }

    /// Where a program's toolchain lies, if a benchmark does not see that by itself.
    static func hiddenFolder(of name: String) -> String? {
        guard !name.hasPrefix("/"), let folder = folder(of: name),
            !["/usr/", "/opt/", "/bin"].contains(where: folder.hasPrefix)
        else { return nil }
        return URL(filePath: folder).deletingLastPathComponent().path
    }

    private static func matches(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { index in
            found.gl_pathv[index].map { String(cString: $0) }
        }
    }
}
