/// The text of a first project file.
package struct ProjectFileDraft: Sendable {
    private let findings: [ToolFinding]

    /// At least one finding.
    package init(_ findings: [ToolFinding]) { self.findings = findings }

    package var text: String {
        var lines = [
            "# What Fleetmark measures here. `fleetmark check` judges this file.", "version: 1", "",
        ]
        lines += build
        lines.append("benchmarks:")
        var names: Set<String> = []
        for finding in findings {
            lines.append("  # \(finding.reason).")
            lines += finding.notes.map { "  # TODO: \($0)" }
            for entry in finding.entries { lines += self.lines(entry, in: finding, &names) }
        }
        lines += [
            "",
            "# What many projects add (all keys: docs/project-file.md of Fleetmark):",
            "# policy: {threshold: 3%}  # fail at this much, instead of what the noise tells",
            "# triggers: {branches: [main]}  # which pushes are measured",
            "# requires: {labels: {pool: bench}}  # which hosts may measure",
        ]
        return lines.map { $0 + "\n" }.joined()
    }

    private var build: [String] {
        let prefetch = commands(\.prefetch)
        let build = commands(\.build)
        guard !(prefetch.isEmpty && build.isEmpty) else { return [] }
        var lines = ["build:"]
        if !prefetch.isEmpty {
            lines += ["  # With network: fetch here what the build and the benchmarks need."]
            lines += ["  prefetch:"] + prefetch.map { "    - \($0)" }
        }
        if !build.isEmpty {
            lines += ["  # Without network.", "  commands:"] + build.map { "    - \($0)" }
        }
        return lines + [""]
    }

    /// Each once; what belongs below a folder runs there.
    private func commands(_ part: KeyPath<ToolFinding, [String]>) -> [String] {
        var seen: Set<String> = []
        return findings.flatMap { finding in
            finding[keyPath: part].map { command in
                finding.folder == "." ? command : "cd \(finding.folder) && \(command)"
            }
        }.filter { seen.insert($0).inserted }.map(YAMLScalar.block)
    }

    private func lines(
        _ entry: ToolFinding.Entry, in finding: ToolFinding, _ names: inout Set<String>
    ) -> [String] {
        var name = entry.name
        var number = 2
        while !names.insert(name).inserted {
            name = "\(entry.name)-\(number)"
            number += 1
        }
        var lines = ["  - name: \(YAMLScalar.block(name))"]
        // A list is executed as it is; only a pattern needs a shell.
        let needsShell = entry.command.contains { $0.contains("/*") }
        let command =
            needsShell
            ? YAMLScalar.block(entry.command.joined(separator: " "))
            : YAMLScalar.list(entry.command)
        lines.append("    command: \(command)")
        if finding.folder != "." {
            lines.append("    directory: \(YAMLScalar.block(finding.folder))")
        }
        lines.append("    format: \(entry.format)")
        if let results = entry.results { lines.append("    results: \(YAMLScalar.block(results))") }
        if entry.repeatsItself {
            lines.append("    repetitions: 1  # the tool repeats by itself")
            lines.append("    timeout: 30m")
        }
        return lines
    }
}
