/// What an import did, for people and for programs.
struct ImportReport {
    let outcomes: [ImportOutcome]
    let gaps: ImportGaps
    let isDry: Bool

    /// Partial when something that was meant is missing.
    var status: CommandStatus {
        var found: [CommandStatus] = []
        if !gaps.skipped.isEmpty || outcomes.contains(where: { $0.written == .kept }) {
            found.append(.partial)
        }
        for outcome in outcomes {
            switch outcome.registered {
            case .noAddress: found.append(.partial)
            // The files are written: what failed is a part.
            case .failed(let failure):
                found.append(failure.status == .failed ? .partial : failure.status)
            case .no, .planned, .new, .known: break
            }
        }
        return CommandStatus.resolve(found)
    }

    var text: String {
        var lines: [String] = []
        for outcome in outcomes { lines += self.lines(outcome) }
        lines += gaps.skipped.map { "skipped \($0.place.text): \($0.reason)" }
        lines += gaps.unknown.map { "not taken over: \($0.place.text): \($0.reason)" }
        if gaps.uncounted > 0 { lines.append("and \(gaps.uncounted) more places like these") }
        lines += next
        return lines.map { PlainLine.text($0) + "\n" }.joined() + (isDry ? files : "")
    }

    private func lines(_ outcome: ImportOutcome) -> [String] {
        let project = outcome.project
        let count = project.benchmarks.count
        let branch = project.branch.map { ", branch \($0)" } ?? ""
        var lines = [
            "project \(project.name): \(count) benchmark\(count == 1 ? "" : "s"), "
                + "\(project.remote ?? "no repository")\(branch)",
            "  " + Self.words(outcome.written, outcome.path),
        ]
        if let words = Self.words(outcome.registered) { lines.append("  " + words) }
        for benchmark in project.benchmarks {
            lines += benchmark.notes.map { "  look at \(benchmark.name): \($0)" }
        }
        return lines
    }

    private static func words(_ written: ImportOutcome.Written, _ path: String) -> String {
        switch written {
        case .planned: "would write \(path)"
        case .new: "wrote \(path)"
        case .replaced: "replaced \(path)"
        case .unchanged: "\(path) is there already, the same"
        case .kept: "\(path) is there already and differs; --force replaces it"
        }
    }

    private static func words(_ registered: ImportOutcome.Registered) -> String? {
        switch registered {
        case .no: nil
        case .noAddress: "not registered: its repository is no address that can be fetched"
        case .planned: "would be registered"
        case .new: "registered"
        case .known: "is registered already"
        case .failed(let failure):
            "not registered: "
                + ([failure.message, failure.cause, failure.advice].compactMap { $0 })
                .joined(separator: "; ")
        }
    }

    private var next: [String] {
        var lines: [String] = []
        if outcomes.contains(where: \.file.needsPowerShell) {
            lines.append("note: commands of PowerShell run only on hosts that have `pwsh`")
        }
        if !isDry, outcomes.allSatisfy({ $0.registered == .no }) {
            lines.append("note: no project was registered; fleetmark login, and run this again")
        }
        if !isDry {
            lines.append("next: put each file at the root of its repository; fleetmark check FILE")
        }
        return lines
    }

    private var files: String {
        outcomes.map { "\n--- \(PlainLine.text($0.path))\n\($0.file.text)" }.joined()
    }

    var json: JSONTree {
        let projects = outcomes.map { outcome in
            JSONTree.members([
                "name": .string(outcome.project.name),
                "repository": outcome.project.remote.map { .string($0) },
                "branch": outcome.project.branch.map { .string($0) },
                "benchmarks": .array(outcome.project.benchmarks.map(Self.tree)),
                "file": .string(outcome.path), "written": .string(outcome.written.rawValue),
                "registered": .string(Self.word(outcome.registered)),
                "text": isDry ? .string(outcome.file.text) : nil,
                "needs_pwsh": .bool(outcome.file.needsPowerShell),
            ])
        }
        return .document(
            "import.toujou",
            [
                "projects": .array(projects), "dry_run": .bool(isDry),
                "skipped": .array(gaps.skipped.map(Self.tree)),
                "not_taken_over": .array(gaps.unknown.map(Self.tree)),
                "not_listed": .integer(Int64(gaps.uncounted)),
            ])
    }

    private static func word(_ registered: ImportOutcome.Registered) -> String {
        switch registered {
        case .no: "no"
        case .noAddress: "no_address"
        case .planned: "planned"
        case .new: "new"
        case .known: "known"
        case .failed(let failure): failure.code
        }
    }

    private static func tree(_ benchmark: ImportedBenchmark) -> JSONTree {
        .members([
            "name": .string(benchmark.name), "type": benchmark.type.map { .string($0) },
            "format": .string(benchmark.format),
            "command": .array(benchmark.command.words.map { .string($0) }),
            "notes": .array(benchmark.notes.map { .string($0) }),
        ])
    }

    private static func tree(_ gap: ImportGaps.Gap) -> JSONTree {
        .object(["path": .string(gap.place.text), "reason": .string(gap.reason)])
    }
}
