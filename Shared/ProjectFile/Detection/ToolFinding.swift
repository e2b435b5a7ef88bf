/// A benchmark tool that a repository uses, and how it is run.
package struct ToolFinding: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        var name: String
        /// Text as in a project file: a list is program and arguments.
        var command: [String]
        var format: String
        var results: String?
        /// For tools that repeat by themselves: one execution says all.
        var repeatsItself = false

        init(
            _ name: String, _ command: [String], format: String, results: String? = nil,
            repeatsItself: Bool = false
        ) {
            self.name = name
            self.command = command
            self.format = format
            self.results = results
            self.repeatsItself = repeatsItself
        }
    }

    /// As `--tool` names it.
    package let tool: String
    /// What it was recognised by: `Cargo.toml names criterion`.
    package let reason: String
    /// Where its commands run, relative to the repository.
    var folder = "."
    /// With network, before the build.
    var prefetch: [String] = []
    var build: [String] = []
    var entries: [Entry] = []
    /// What a person has to look at.
    package var notes: [String] = []

    init(_ tool: String, _ reason: String) {
        self.tool = tool
        self.reason = reason
    }
}

/// Recognises one tool.
struct ToolRecogniser: Sendable {
    let tool: String
    /// What it needs, for help: `Cargo with criterion`.
    let about: String
    let find: @Sendable (RepositoryView) -> ToolFinding?

    init(
        _ tool: String, _ about: String,
        _ find: @escaping @Sendable (RepositoryView) -> ToolFinding?
    ) {
        self.tool = tool
        self.about = about
        self.find = find
    }
}

/// Every tool that is recognised: add one here. Those that measure many cases come before those
/// that only time a program.
package enum ToolCatalogue {
    static let all: [ToolRecogniser] = [
        ToolRecogniser("criterion", "Cargo with criterion", CargoTools.criterion),
        ToolRecogniser("divan", "Cargo with divan", CargoTools.divan),
        ToolRecogniser("gungraun", "Cargo with gungraun or iai-callgrind", CargoTools.gungraun),
        ToolRecogniser("libtest", "Cargo with #[bench]", CargoTools.libtest),
        ToolRecogniser("ordo-one", "SwiftPM with package-benchmark", SwiftTools.ordoOne),
        ToolRecogniser("swift-benchmark", "SwiftPM with swift-benchmark", SwiftTools.google),
        ToolRecogniser("google-benchmark", "CMake with Google Benchmark", CMakeTools.google),
        ToolRecogniser("catch2", "CMake with Catch2", CMakeTools.catch2),
        ToolRecogniser("go", "Go benchmarks", GoTools.find),
        ToolRecogniser("jmh-maven", "Maven with JMH", JavaTools.maven),
        ToolRecogniser("jmh-gradle", "Gradle with JMH", JavaTools.gradle),
        ToolRecogniser("benchmarkdotnet", "BenchmarkDotNet", DotNetTools.find),
        ToolRecogniser("pytest-benchmark", "pytest-benchmark", PythonTools.pytest),
        ToolRecogniser("asv", "airspeed velocity", PythonTools.asv),
        ToolRecogniser("pyperf", "pyperf", PythonTools.pyperf),
        ToolRecogniser("vitest", "vitest bench", NodeTools.vitest),
        ToolRecogniser("mitata", "mitata", NodeTools.mitata),
        ToolRecogniser("benchmarkjs", "benchmark.js", NodeTools.benchmarkJS),
        ToolRecogniser("benchmark-ips", "Ruby with benchmark-ips", RubyTools.find),
        ToolRecogniser("phpbench", "PHPBench", PHPTools.find),
    ]

    /// Programs whose time as a whole is measured, where no tool was found.
    static let programs: [ToolRecogniser] = [
        ToolRecogniser("cargo", "a Cargo program", CargoTools.program),
        ToolRecogniser("swiftpm", "a SwiftPM program", SwiftTools.program),
        ToolRecogniser("make", "a Makefile with a target `bench`", MakeTools.find),
    ]

    /// Everything that `--tool` takes, with what it is.
    package static var names: [(name: String, about: String)] {
        (all + programs).map { ($0.tool, $0.about) } + [("command", "any command, timed")]
    }

    /// What a repository uses. `only`: that tool alone, wherever it stands in the list.
    package static func findings(in view: RepositoryView, only: String? = nil) -> [ToolFinding] {
        if let only {
            if only == "command" { return [MakeTools.anyCommand] }
            return (all + programs).filter { $0.tool == only }.compactMap { $0.find(view) }
        }
        let found = all.compactMap { $0.find(view) }
        return found.isEmpty
            ? programs.lazy.compactMap { $0.find(view) }.prefix(1).map(\.self) : found
    }
}
