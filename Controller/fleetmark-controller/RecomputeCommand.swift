import ArgumentParser
import FleetmarkController
import FoundationEssentials
import Glibc
import Logging

struct RecomputeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recompute",
        abstract: "Decides and analyses what is stored again, and says what differs.",
        discussion: """
            Reads the samples, the policy and the noise that each decision was made with, and \
            the points of each series. The same engine must give the same answers: whatever \
            differs is listed. A new decision takes the old one's place, which stays readable; a \
            series gets its levels, noise and change points anew, and those that are none any \
            more are withdrawn. What another engine made is counted apart. With SQLite the \
            controller must not run meanwhile.

            Examples:
              fleetmark-controller recompute --dry-run
              fleetmark-controller recompute --project parser --since 30d
              fleetmark-controller recompute --policy default@3 --dry-run
              fleetmark-controller recompute --series 0198f2c4-7c1e-7d3a-9b52-3f0c8e5a1d77
            """)

    @OptionGroup var database: DatabaseOptions
    @Option(help: "Only this project.") var project: String?
    @Option(help: "Only what was decided or analysed since: a date (2026-11-01), or 12h, 30d.")
    var since: String?
    @Option(
        help: """
            Decisions alone, under another policy: NAME@VERSION; version 0 is the built-in default.
            """)
    var policy: String?
    @Option(help: ArgumentHelp("Only the analysis of this series.", valueName: "id"))
    var series: String?
    @Flag(help: "Store nothing.") var dryRun = false
    @Flag(help: "One JSON document instead of lines.") var json = false

    mutating func validate() throws {
        if let since, Self.time(since) == nil {
            throw ValidationError("--since is a date such as 2026-11-01, or a number and h or d.")
        }
        if let policy, Self.version(policy) == nil {
            throw ValidationError("--policy is NAME@VERSION, such as default@3.")
        }
        if series != nil, policy != nil {
            throw ValidationError("--series and --policy exclude each other.")
        }
    }

    func run() async throws {
        var wish = Recomputing.Wish()
        wish.project = project
        wish.since = since.flatMap { Self.time($0) }
        wish.policy = policy.flatMap { Self.version($0) }
        wish.series = series
        wish.isTrial = dryRun
        do {
            let recomputing = try await Recomputing.open(
                database.configured,
                logger: Logger(label: "recompute") { _ in SwiftLogNoOpLogHandler() })
            print(try await recomputing.report(wish, asJSON: json), terminator: "")
        } catch {
            let line = Array("error: \(error)\n".utf8)
            _ = write(2, line, line.count)
            throw ExitCode(error is Recomputing.UnknownName ? 4 : 6)
        }
    }

    private static func version(_ text: String) -> (name: String, version: Int)? {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let number = Int(parts[1]), number >= 0
        else { return nil }
        return (String(parts[0]), number)
    }

    /// A day, or so long ago, in microseconds since 1970.
    private static func time(_ text: String) -> Int64? {
        let units: [Character: Double] = ["h": 3600, "d": 86400]
        var seconds: Double?
        if let unit = text.last.flatMap({ units[$0] }), let count = Double(text.dropLast()),
            (0...100_000).contains(count)
        {
            seconds = Date().timeIntervalSince1970 - count * unit
        } else {
            seconds = (try? Date(text + "T00:00:00Z", strategy: .iso8601))?.timeIntervalSince1970
        }
        return seconds.map { Int64($0 * 1_000_000) }
    }
}
