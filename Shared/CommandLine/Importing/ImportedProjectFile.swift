import ProjectFile

/// The text of a project file for an imported project.
struct ImportedProjectFile {
    /// Where the configuration came from, for the first line.
    let source: String
    let project: ImportedProject

    var text: String {
        var lines = [
            "# Imported from \(source). `fleetmark check` judges this file.",
            "version: 1", "project: \(YAMLScalar.block(project.name))", "",
        ]
        if needsPowerShell {
            lines += ["# Commands of PowerShell: hosts that measure this need `pwsh`.", ""]
        }
        if !project.environment.isEmpty {
            lines += ["environment:", "  set:"] + variables(project.environment, "    ") + [""]
        }
        lines += build
        lines.append("benchmarks:")
        for benchmark in project.benchmarks { lines += self.lines(benchmark) }
        return lines.map { $0 + "\n" }.joined()
    }

    var needsPowerShell: Bool {
        let commands =
            project.prefetch + project.build
            + project.benchmarks.flatMap { [$0.command] + $0.setup + $0.cleanup }
        return commands.contains(where: \.needsPowerShell)
    }

    /// What is wrong with the text as a project file; nothing if it is valid.
    var problem: String? {
        ProjectFile.parse(bytes: Array(text.utf8), fileName: "fleetmark.yaml").problems
            .first { $0.severity == .error }.map(\.message)
    }

    private var build: [String] {
        guard !project.prefetch.isEmpty || !project.build.isEmpty else { return [] }
        var lines = ["build:"]
        if !project.prefetch.isEmpty {
            lines += ["  # With network: what the build and the benchmarks need."]
            lines += list("prefetch", project.prefetch, "  ")
        }
        if !project.build.isEmpty {
            lines += [
                "  # Without network: what fetches (such as `dotnet restore`) belongs to prefetch."
            ]
            lines += list("commands", project.build, "  ")
        }
        return lines + [""]
    }

    private func lines(_ benchmark: ImportedBenchmark) -> [String] {
        var lines = ["  - name: \(YAMLScalar.block(benchmark.name))"]
        if let type = benchmark.type { lines.append("    # type: \(Self.comment(type))") }
        lines += benchmark.notes.map { "    # TODO: \(Self.comment($0))" }
        lines.append("    command: \(Self.command(benchmark.command))")
        if let directory = benchmark.directory {
            lines.append("    directory: \(YAMLScalar.block(Self.literal(directory)))")
        }
        lines.append("    format: \(benchmark.format)")
        if !benchmark.results.isEmpty {
            lines.append("    results: \(YAMLScalar.list(benchmark.results.map(Self.literal)))")
        }
        if !benchmark.environment.isEmpty {
            lines += ["    environment:"] + variables(benchmark.environment, "      ")
        }
        lines += list("setup", benchmark.setup, "    ")
        lines += list("cleanup", benchmark.cleanup, "    ")
        if !benchmark.tags.isEmpty { lines.append("    tags: \(YAMLScalar.list(benchmark.tags))") }
        return lines + limits(of: benchmark)
    }

    private func limits(of benchmark: ImportedBenchmark) -> [String] {
        var lines: [String] = []
        // A tool that writes results repeats by itself.
        let isTool = !["command", "auto"].contains(benchmark.format)
        if let count = benchmark.repetitions {
            lines.append("    repetitions: \(count)")
        } else if isTool {
            lines.append("    repetitions: 1  # the tool repeats by itself")
        }
        if let timeout = benchmark.timeout ?? (isTool ? "30m" : nil) {
            lines.append("    timeout: \(timeout)")
        }
        if !benchmark.isEnabled { lines.append("    enabled: false") }
        return lines
    }

    private func variables(_ variables: [ImportedVariable], _ indent: String) -> [String] {
        variables.map { "\(indent)\($0.name): \(YAMLScalar.quoted(Self.literal($0.value)))" }
    }

    private func list(_ key: String, _ commands: [ImportedCommand], _ indent: String) -> [String] {
        guard !commands.isEmpty else { return [] }
        return ["\(indent)\(key):"] + commands.map { "\(indent)  - \(Self.command($0))" }
    }

    private static func command(_ command: ImportedCommand) -> String {
        YAMLScalar.list(command.words.map(literal))
    }

    /// Two braces open a placeholder in a project file, and nothing here means one.
    private static func literal(_ text: String) -> String { text.replacing("{{", with: "\\{{") }

    private static func comment(_ text: String) -> String { PlainLine.text(text) }
}
