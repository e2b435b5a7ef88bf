import ArgumentParser
import Testing

@testable import CommandLine

/// Every command explains itself, and what it shows can be typed.
@Suite struct HelpTests {
    /// All commands with their paths, the groups too.
    static let commands: [[String]] = paths(of: FleetmarkCommand.self, [])

    private static func paths(
        of command: any ParsableCommand.Type, _ path: [String]
    ) -> [[String]] {
        [path]
            + command.configuration.subcommands.flatMap { child in
                paths(of: child, path + [child.configuration.commandName ?? "?"])
            }
    }

    private static func examples(in help: String) -> [String] {
        help.replacing("\\\n", with: " ").split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix("  fleetmark ") }
    }

    /// As a shell splits them, as far as the examples need it.
    private static func words(_ line: String) -> [String] {
        let command = line.split { "<>".contains($0) }.first ?? ""
        return command.split(separator: " ").dropFirst().map { $0.filter { $0 != "'" } }
    }

    @Test(arguments: commands)
    func `every example of every help can be parsed`(_ path: [String]) async throws {
        let help = await Program().run(path + ["--help"])
        #expect(help.status == .done)
        let examples = Self.examples(in: help.answer)
        let isGroup = help.answer.contains("SUBCOMMANDS:")
        #expect(isGroup || (2...4).contains(examples.count), "\(path)")
        for example in examples {
            let words = CommandWords(Self.words(example), root: FleetmarkCommand.self)
            #expect(words.unknown == nil)
            #expect(throws: Never.self, "\(example)") {
                _ = try FleetmarkCommand.parseAsRoot(words.arguments)
            }
        }
    }

    @Test(arguments: commands)
    func `the short help is a part of the whole`(_ path: [String]) async throws {
        let whole = await Program().run(path + ["--help"])
        let short = await Program().run(path + ["-h"])
        #expect(short.status == .done)
        #expect(!short.answer.contains("EXAMPLES"))
        #expect(!short.answer.contains("OPTIONS OF EVERY COMMAND"))
        #expect(short.answer.utf8.count <= whole.answer.utf8.count + 45)
    }

    @Test(arguments: [[], ["trigger"], ["enroll-token", "create"]])
    func `help looks as recorded`(_ path: [String]) async throws {
        let help = await Program().run(path + ["--help"])
        let name = (["fleetmark"] + path).joined(separator: "-")
        try Recorded.expect(help.answer, equals: "help-\(name).txt")
    }

    @Test func `the version is told`() async {
        let ended = await Program().run("--version")
        #expect(ended.answer == "fleetmark \(ProgramVersion.text)\n")
    }

    struct Mistake: Sendable {
        let arguments: [String]
        let advice: String
    }

    @Test(arguments: [
        Mistake(arguments: ["trgger"], advice: "try: fleetmark trigger"),
        Mistake(arguments: ["project", "lits"], advice: "try: fleetmark project list"),
        Mistake(arguments: ["frobnicate"], advice: "one of init, check, run"),
        Mistake(arguments: ["runs", "--stat", "x"], advice: "did you mean '--state'"),
        Mistake(arguments: ["show"], advice: "try: fleetmark show --help"),
        Mistake(arguments: ["runs", "--limit", "0"], advice: "--limit is a number from 1 to 200"),
        Mistake(arguments: ["trigger", "--range", "a"], advice: "a range is written A..B"),
        Mistake(
            arguments: ["trigger", "--range", "a..b", "--commit", "c"], advice: "cannot be together"
        ),
    ])
    func `a mistake ends with 2 and what was meant`(_ given: Mistake) async {
        let ended = await Program().run(given.arguments)
        #expect(ended.status == .usage)
        #expect(ended.notices.lowercased().contains(given.advice.lowercased()), "\(ended.notices)")
        #expect(ended.answer.isEmpty)
    }

    @Test func `a mistake with --json is a document`() async {
        let ended = await Program().run("runs", "--json", "--limit", "0")
        #expect(ended.status == .usage)
        #expect(ended.notices.hasPrefix(#"{"schema":"fleetmark.error.v1""#))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completion scripts know the commands`(_ shell: String) async {
        let ended = await Program().run("completion", shell)
        #expect(ended.status == .done)
        #expect(ended.answer.contains("enroll-token"))
    }
}
