import AgentCore
import ArgumentParser
import BenchmarkRunner
import FleetModel
import FoundationEssentials
import Glibc
import HostDoctor
import Isolation

struct LocalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "local",
        abstract: "Measure on this machine, without a controller.",
        discussion: """
            Builds and measures what a project file describes, as an attempt of the fleet
            would: the same launcher, repetitions, counters and formats. Nothing of the host
            is changed without --tune, and no root is needed; what is missing for it is
            listed with the results. The answer is one JSON document; `fleetmark run --local`
            shows it as a table and judges it.

            EXAMPLES
              fleetmark-agent local
              fleetmark-agent local --against main --benchmark 'parse*'
              fleetmark-agent local --output results.json bench/fleetmark.yaml
              fleetmark-agent local --repetitions 10 -- ./app --input data.json

            EXIT STATUS
              0 measured; 2 usage, or a file that is not valid; 3 in part; 4 nothing was
              measured; 130 interrupted.
            """)

    @Argument(help: "The project file. (default: the nearest one here or above)")
    var file: String?

    @Argument(parsing: .postTerminator, help: "Measure this command, without a project file.")
    var command: [String] = []

    @OptionGroup var what: LocalOptions

    @Option(help: ArgumentHelp("Where the document goes; - is standard output.", valueName: "file"))
    var output = "-"

    @Flag(help: "Tune the host as the file asks, and put it back afterwards; needs root.")
    var tune = false

    @Option(help: "Folders that builds and benchmarks may read besides /usr, /etc and /opt.")
    var readable: [String] = []

    @Flag(name: [.short, .long], help: "No progress.") var quiet = false
    @Flag(name: [.short, .long], help: "Show what builds and benchmarks print.") var verbose = false

    @Option(help: "Path of fleetmark-launch. (default: beside this program)")
    var launcher: String?

    @OptionGroup var state: StateOptions

    func validate() throws {
        guard file == nil || command.isEmpty else {
            throw ValidationError("name a project file or a command, not both")
        }
    }

    func run() async throws {
        let folder = StateFolder(path: try state.folder().path + "/local")
        try make(folder.path)
        let lock = try lock(folder)
        defer { withExtendedLifetime(lock) {} }
        let wiring = try LocalWiring(
            folder: folder, launcher: launcher, readable: readable, tunes: tune)
        let host = try await wiring.host()
        let isQuiet = quiet
        let isVerbose = verbose
        let local = LocalRun(
            worker: AttemptRunner(host: host), limits: wiring.limits(host),
            folder: folder.path + "/work",
            now: { ServerTime(microseconds: Composition.wallMicroseconds()) },
            say: { if !isQuiet { ProgramFailure.write($0 + "\n") } },
            show: { if isVerbose { ProgramFailure.write(String(decoding: $0, as: UTF8.self)) } })
        try finish(try await measured(by: local))
    }

    private func measured(by local: LocalRun) async throws -> LocalRun.Ended {
        let cancellation = AttemptCancellation()
        let signals = SignalWatch { count in
            cancellation.cancel(count == 1 ? .graceful : .now)
        }
        defer { signals.stop() }
        do {
            return try await local.run(order, cancellation: cancellation)
        } catch let failure as LocalFailure {
            throw ProgramFailure(failure.status, failure.description)
        }
    }

    private var order: LocalOrder {
        let here = FileManager.default.currentDirectoryPath
        var order = LocalOrder(
            command.isEmpty
                ? .suite(file: file.map { LocalOptions.absolute($0, in: here) })
                : .command(command),
            workingFolder: here, environment: ProcessInfo.processInfo.environment)
        what.apply(to: &order)
        order.tunes = tune
        return order
    }

    private func finish(_ ended: LocalRun.Ended) throws {
        if output == "-" {
            ProgramFailure.write(ended.document, to: 1)
        } else {
            do {
                try Data(ended.document).write(to: URL(filePath: output))
            } catch {
                throw ProgramFailure(4, "\(output) cannot be written: \(error)")
            }
        }
        if let problem = ended.problem { throw ProgramFailure(ended.status, problem) }
        if ended.status != 0 { throw ExitCode(ended.status) }
    }

    private func make(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o711])
        } catch {
            throw ProgramFailure(4, "the folder \(path) cannot be made: \(error)")
        }
    }

    private func lock(_ folder: StateFolder) throws -> StateLock {
        do throws(StateFailure) {
            return try StateLock(folder)
        } catch {
            throw ProgramFailure(
                4,
                "another local measurement runs; two at once would disturb each other "
                    + "(\(error.description))")
        }
    }
}
