import ArgumentParser
import FoundationEssentials
import ProjectFile

/// `init [DIR]`: writes a first project file.
struct InitCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Looks at a repository, and writes a fleetmark.yaml that measures it.",
        discussion: """
            TOOLS
            \(ToolCatalogue.names.map { "  \($0.name): \($0.about)" }.joined(separator: "\n"))

            EXAMPLES
              fleetmark init
              fleetmark init --tool criterion --stdout
              fleetmark init ../engine --ci github
            """)

    enum Forge: String, ExpressibleByArgument, CaseIterable, Sendable {
        case github, gitlab, forgejo
    }

    @Argument(help: ArgumentHelp("The repository; else this folder.", valueName: "dir"))
    var folder: String?
    @Option(help: ArgumentHelp("Only this tool, of those above.", valueName: "name"))
    var tool: String?
    @Flag(help: "Print the file instead of writing it.") var stdout = false
    @Flag(help: "Replace what is there.") var force = false
    @Option(help: "Also write a job for github, gitlab or forgejo.") var ci: Forge?
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let root = session.path(folder ?? ".")
        guard (try? FileManager.default.contentsOfDirectory(atPath: root)) != nil else {
            throw CommandFailure.usage("\(folder ?? ".") is no folder that can be read")
        }
        let findings = try findings(in: root)
        let draft = ProjectFileDraft(findings).text
        if stdout {
            try session.answer(draft)
            return .done
        }
        var files = [("fleetmark.yaml", draft)]
        if let ci { files.append((ci.path, ci.text)) }
        // Nothing is written unless all can be.
        if !force { try refuseExisting(files.map(\.0), in: root) }
        for (path, text) in files { try write(text, to: path, in: root) }
        try tell(findings, files.map(\.0), session)
        return .done
    }

    private func findings(in root: String) throws(CommandFailure) -> [ToolFinding] {
        let known = ToolCatalogue.names.map(\.name)
        if let tool, !known.contains(tool) {
            throw CommandFailure.usage(
                "\(tool) is no tool that is known",
                try: NearMiss.of(tool, among: known).map { "--tool \($0)" }
                    ?? "one of \(known.joined(separator: ", "))")
        }
        let found = ToolCatalogue.findings(in: LocalRepository.view(of: root), only: tool)
        guard !found.isEmpty else {
            throw CommandFailure(
                .failed, "nothing_recognised",
                tool.map { "there is no sign of \($0) here" }
                    ?? "no benchmark tool was recognised here",
                try: "fleetmark init --tool command, and put your own command into the file")
        }
        return found
    }

    private func refuseExisting(_ paths: [String], in root: String) throws(CommandFailure) {
        let others = paths.contains("fleetmark.yaml") ? ProjectFile.candidatePaths : []
        for path in Set(paths + others).sorted()
        where FileManager.default.fileExists(atPath: "\(root)/\(path)") {
            throw CommandFailure(
                .failed, "exists", "\(path) is already there",
                try: "--force replaces it, --stdout only shows the new one")
        }
    }

    private func write(_ text: String, to path: String, in root: String) throws {
        let full = "\(root)/\(path)"
        let folder = full.prefix(upTo: full.lastIndex(of: "/") ?? full.endIndex)
        try? FileManager.default.createDirectory(
            atPath: String(folder), withIntermediateDirectories: true)
        let file = try FileSink(creating: full)
        try file.write(text)
        try file.close()
    }

    private func tell(
        _ findings: [ToolFinding], _ written: [String], _ session: Session
    ) throws {
        if session.settings.asJSON {
            let tools = findings.map { finding in
                JSONTree.members([
                    "tool": .string(finding.tool), "reason": .string(finding.reason),
                    "notes": .array(finding.notes.map { .string($0) }),
                ])
            }
            try session.answer(
                .document(
                    "init",
                    [
                        "tools": .array(tools), "written": .array(written.map { .string($0) }),
                    ]))
            return
        }
        var lines = findings.map { "recognised \($0.tool): \($0.reason)" }
        lines += findings.flatMap(\.notes).map { "look at: \($0)" }
        lines += written.map { "wrote \($0)" }
        lines.append("next: fleetmark check --run, then fleetmark run --local")
        try session.answer(lines.map { PlainLine.text($0) + "\n" }.joined())
    }
}

extension InitCommand.Forge {
    fileprivate var path: String {
        switch self {
        case .github: ".github/workflows/fleetmark.yml"
        case .gitlab: ".gitlab/fleetmark.yml"
        case .forgejo: ".forgejo/workflows/fleetmark.yml"
        }
    }

    fileprivate var text: String {
        switch self {
        case .gitlab:
            """
            # Include it from .gitlab-ci.yml: `include: {local: .gitlab/fleetmark.yml}`. The
            # image must have the program `fleetmark`; the key and the addresses are variables.
            benchmarks:
              script:
                - fleetmark trigger --commit "$CI_COMMIT_SHA" --wait --fail-on regressed
              # FLEETMARK_SERVER, FLEETMARK_PROJECT, and FLEETMARK_API_KEY, masked.

            """
        case .github, .forgejo:
            """
            # The runner must have the program `fleetmark`; the key is a secret, the addresses are
            # variables of the repository.
            name: benchmarks
            on: [push, pull_request]
            jobs:
              fleetmark:
                runs-on: \(self == .github ? "ubuntu-latest" : "docker")
                steps:
                  - uses: actions/checkout@v4
                  - run: fleetmark trigger --commit HEAD --wait --fail-on regressed
                    env:
                      FLEETMARK_SERVER: ${{ vars.FLEETMARK_SERVER }}
                      FLEETMARK_PROJECT: ${{ vars.FLEETMARK_PROJECT }}
                      FLEETMARK_API_KEY: ${{ secrets.FLEETMARK_API_KEY }}

            """
        }
    }
}
