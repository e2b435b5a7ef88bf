import ArgumentParser
import Crypto
import FoundationEssentials
import ProjectFile

/// `check [FILE]`: judges a project file where it lies (project file, section 4).
struct CheckCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a project file, and says what is wrong and where.",
        discussion: """
            Without FILE it is the nearest fleetmark.yaml above the working directory.

            EXAMPLES
              fleetmark check
              fleetmark check --strict fleetmark.yaml
              fleetmark check --print effective
              fleetmark check --run
            """)

    enum Part: String, ExpressibleByArgument, CaseIterable, Sendable {
        case effective, canonical, matrix, digests
    }

    @Argument(help: "The project file; - is standard input.") var file: String?
    @Flag(help: "Warnings count as errors, with status 1.") var strict = false

    @Option(
        help: """
            Print instead: effective (all that holds, defaults too), canonical, matrix (what is \
            executed) or digests.
            """)
    var print: Part?

    @Flag(help: "Build, and execute each benchmark once on this machine; says what was read.")
    var run = false
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let (name, bytes) = try source(session)
        let parsed = ProjectFile.parse(bytes: bytes, fileName: name)
        let warnings = parsed.problems.count { $0.severity == .warning }
        guard let valid = parsed.file else {
            try tell(parsed, name, session)
            return .usage
        }
        if let part = print {
            try show(part, of: valid, session)
        } else if run {
            return try await dryRun(session)
        } else {
            try tell(parsed, name, session)
            if !session.settings.asJSON {
                session.note("next: fleetmark check --run executes each benchmark once")
            }
        }
        return strict && warnings > 0 ? .judgedBad : .done
    }

    private func dryRun(_ session: Session) async throws -> CommandStatus {
        let arguments = ["--repetitions", "1", "--no-warmup", "--counters", "none"]
        let found = try await LocalAgent.find(session).measure(
            arguments, file: file.map(session.path), session)
        if session.settings.asJSON {
            try session.answer(found.text)
        } else {
            try session.answer(TrialReport(found.document, session: session).text)
            if found.exitStatus == .done { session.note("next: fleetmark run --local") }
        }
        return found.exitStatus
    }

    func validate() throws {
        guard !run || print == nil && file != "-" else {
            throw ValidationError("--run needs a file on disk, and shows its own answer")
        }
    }

    private func source(_ session: Session) throws -> (name: String, bytes: [UInt8]) {
        if file == "-" {
            let bytes = try session.surroundings.readInput(ProjectFileSearch.limitBytes)
            return ("standard input", bytes)
        }
        if let file {
            let bytes = try TextFile.bytes(
                session.path(file), limitBytes: ProjectFileSearch.limitBytes)
            return (file, bytes)
        }
        let folder = session.surroundings.directory
        guard let found = try ProjectFileSearch.nearest(from: folder) else {
            throw CommandFailure.usage(
                "there is no fleetmark.yaml here or above", try: "fleetmark check FILE")
        }
        let isBelow = found.hasPrefix(folder + "/")
        let name = isBelow ? String(found.dropFirst(folder.utf8.count + 1)) : found
        return (name, try TextFile.bytes(found, limitBytes: ProjectFileSearch.limitBytes))
    }

    private func tell(_ parsed: ParsedProjectFile, _ name: String, _ session: Session) throws {
        let errors = parsed.problems.count { $0.severity == .error }
        let warnings = parsed.problems.count - errors
        if session.settings.asJSON {
            try session.answer(
                .document(
                    "check",
                    [
                        "ok": .bool(parsed.file != nil), "file": .string(name),
                        "problems": .array(parsed.problems.map(Self.tree)),
                        "cells": .array(
                            (parsed.file?.cells ?? []).map { cell in
                                .object(cell.values.mapValues { .string($0) })
                            }),
                    ]))
            return
        }
        let counts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
            .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: ", ")
        let verdict =
            parsed.file.map { file in
                let executions = EffectiveSuite(file).executions.count
                return "valid, \(Self.plural(file.benchmarks.count, "benchmark")), "
                    + Self.plural(executions, "execution")
            } ?? "not valid"
        let line = "\(name): \(verdict)" + (counts.isEmpty ? "" : "; \(counts)")
        try session.answer(
            parsed.report + (parsed.report.isEmpty ? "" : "\n") + line + "\n"
                + Self.cells(parsed.file))
    }

    /// One line for each cell of a matrix, with what runs in it.
    private static func cells(_ file: ProjectFile?) -> String {
        guard let file, file.cells.contains(where: { !$0.values.isEmpty }) else { return "" }
        let executions = EffectiveSuite(file).executions
        let lines = file.cells.map { cell in
            let count = executions.count { $0.cell == cell }
            return "  cell " + PlainLine.text(cell.text) + ": " + plural(count, "execution") + "\n"
        }
        return lines.joined()
    }

    private static func plural(_ count: Int, _ word: String) -> String {
        "\(count) \(word)\(count == 1 ? "" : "s")"
    }

    private static func tree(_ problem: ProjectFileProblem) -> JSONTree {
        .members([
            "code": .string(problem.code.rawValue), "path": .string(problem.path),
            "line": .integer(Int64(problem.line)), "column": .integer(Int64(problem.column)),
            "length": .integer(Int64(problem.length)),
            "severity": .string(problem.severity.rawValue), "message": .string(problem.message),
            "suggestion": problem.suggestion.map { .string($0) },
        ])
    }

    private func show(_ part: Part, of file: ProjectFile, _ session: Session) throws {
        let suite = EffectiveSuite(file)
        switch part {
        case .effective:
            let tree = try JSONDecoder().decode(JSONTree.self, from: Data(suite.wholeForm))
            try session.answer(tree.indented + "\n")
        case .canonical:
            let members = [("config", suite.configForm), ("suite", suite.suiteForm)]
                .map { "\"\($0.0)\":\(String(decoding: $0.1, as: UTF8.self))" }
            try session.answer("{\(members.joined(separator: ","))}\n")
        case .digests:
            let digests = [("suite", suite.suiteForm), ("config", suite.configForm)]
                .map { ($0.0, SHA256.hash(data: $0.1).hexadecimal) }
            if session.settings.asJSON {
                let members = digests.map { ($0.0, JSONTree.string($0.1)) }
                try session.answer(
                    .document("check.digests", Dictionary(members) { first, _ in first }))
            } else {
                try session.answer(digests.map { "\($0.0)  \($0.1)\n" }.joined())
            }
        case .matrix: try showMatrix(suite, session)
        }
    }

    private func showMatrix(_ suite: EffectiveSuite, _ session: Session) throws {
        let executions = suite.executions
        if session.settings.asJSON {
            let items: [JSONTree] = executions.map { execution in
                .object([
                    "benchmark": .string(execution.entry.name),
                    "params": .object(execution.seriesParameters.mapValues { .string($0) }),
                    "format": .string(execution.entry.format),
                ])
            }
            try session.answer(.document("check.matrix", ["items": .array(items)]))
            return
        }
        let table = TextTable(
            [.init("BENCHMARK"), .init("FORMAT"), .init("REPETITIONS", .right), .init("TAGS")],
            rows: executions.map { execution in
                let count = execution.entry.repetitions.count
                let range = [count.lowerBound, count.upperBound].map { "\($0)" }
                return [
                    .init(BenchmarkTitle.text(execution.entry.name, execution.seriesParameters)),
                    .init(execution.entry.format),
                    .init(count.count == 1 ? range[0] : range.joined(separator: "–")),
                    .init(execution.entry.tags.joined(separator: ", ")),
                ]
            })
        try session.answer(
            table.render(style: session.style, width: session.surroundings.terminal.width))
    }
}

extension Digest {
    var hexadecimal: String {
        map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}
