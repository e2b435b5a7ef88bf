import AgentCore
import ArgumentParser
import Glibc
import Isolation
import LinuxSystem

struct TuneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune", abstract: "Tune this host by hand, see what that means, or undo it.",
        discussion: """
            A running agent tunes the host by itself around each series of jobs. This
            command does the same for measurements by hand: it sets what the profile
            wants, shows what came of it, holds it until SIGINT or SIGTERM (or for
            --hold), and puts every value back.

            Before a value is changed the old one is on the disk, in tuning.journal of
            the state folder. Whatever ends this program, the next start of the agent,
            the unit's ExecStopPost= or `tune --restore` put the host back. A value that
            somebody else changed meanwhile is left.

            PROFILES
              observe           change nothing
              default           no turbo, governor performance, interrupts and kernel
                                work on the housekeeping cores, no watchdogs, no
                                background work on memory
              strict            every knob: no second hardware threads, a share of
                                the cache, and more
              fixed-frequency   default, with the clock held at its base frequency

            EXAMPLES
              fleetmark-agent tune --dry-run
              fleetmark-agent tune --profile strict --dry-run --json
              fleetmark-agent tune --knob governor --knob turbo_intel
              fleetmark-agent tune --status
              fleetmark-agent tune --restore

            EXIT STATUS
              0 done; 2 usage; 3 a knob was refused; 4 nothing was changed, or not
              everything was put back: another agent tunes the host, or it is no
              machine of its own.
            """)

    @Option(help: "observe, default, strict or fixed-frequency.")
    var profile = TuningProfile.default

    @Flag(help: "Show what would be set; write nothing.")
    var dryRun = false

    @Flag(help: "Put back what an agent that died has left, and end.")
    var restore = false

    @Flag(help: "With --restore: take the host as it is and forget what cannot be put back.")
    var accept = false

    @Flag(help: "Show who tunes the host and what is not put back; write nothing.")
    var status = false

    @Option(help: "Only this knob; may be given several times.")
    var knob: [String] = []

    @Option(help: "How long to hold the values. (default: until SIGINT or SIGTERM)")
    var hold: HoldArgument?

    @Option(help: "Processors that keep house, such as 0-1. (default: the rule's choice)")
    var housekeeping: ProcessorsArgument?

    @Flag(help: "Tune a virtual machine or a container too: its kernel may belong to others.")
    var force = false

    @Flag(help: "One JSON document.")
    var json = false

    @Option(help: ArgumentHelp("Root of the host's tree.", visibility: .hidden))
    var root = "/"

    @OptionGroup var state: StateOptions

    func validate() throws {
        guard [dryRun, restore, status].count(where: { $0 }) <= 1 else {
            throw ValidationError("give one of --dry-run, --restore and --status")
        }
        guard !accept || restore else { throw ValidationError("--accept goes with --restore") }
        for name in knob where KnobCatalogue.knob(name) == nil {
            let names = KnobCatalogue.knobs.map(\.name).joined(separator: ", ")
            throw ValidationError("there is no knob '\(name)'; there are \(names)")
        }
    }

    func run() async throws {
        let folder = try state.folder()
        let tools = try HostTools(state: folder, root: root, housekeeping: housekeeping?.cpus)
        if status { return try TuneStatus(tools).print(asJSON: json) }
        if dryRun {
            let outcome = tools.tuner.preview(tools.wish(profile, only: knob, isForced: force))
            return TunePrinter(asJSON: json).show(outcome, isDryRun: true)
        }
        do throws(StateFailure) {
            try folder.make()
        } catch {
            throw ProgramFailure(error)
        }
        if restore { return try putBack(tools) }
        try await holdTuned(tools)
    }

    private func holdTuned(_ tools: HostTools) async throws {
        // Before the first change: a signal in between must still put everything back.
        let signals = SignalWatch { _ in }
        defer { signals.stop() }
        let outcome = tools.tuner.begin(tools.wish(profile, only: knob, isForced: force))
        let printer = TunePrinter(asJSON: json)
        printer.show(outcome, isDryRun: false)
        if outcome.profile == .observe, let reason = outcome.reason {
            let advice =
                outcome.holder == nil && !force
                ? "; --force sets what its kernel allows" : ""
            throw ProgramFailure(4, "nothing was changed: \(reason)\(advice)")
        }
        if outcome.profile != .observe {
            printer.say(
                hold.map { "held for \($0)" } ?? "held; end with Ctrl-C to put everything back")
            await wait(for: signals)
        }
        try finish(tools.tuner.end(), printer, tools)
        if !outcome.faults.isEmpty { throw ExitCode(3) }
    }

    private func wait(for signals: SignalWatch) async {
        let arrivals = signals.arrivals
        let limit = hold?.duration
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in arrivals { break } }
            if let limit { group.addTask { try? await Task.sleep(for: limit) } }
            await group.next()
            group.cancelAll()
        }
    }

    private func putBack(_ tools: HostTools) throws {
        let report: RestoreReport
        do throws(TuningLock.Failure) {
            report = try tools.tuner.replay()
            if accept, !report.isRestored { try tools.tuner.forgetJournal() }
        } catch {
            throw ProgramFailure(4, "nothing was put back: \(error)")
        }
        let printer = TunePrinter(asJSON: json)
        printer.show(report, in: tools.places.journal)
        guard !accept else {
            if !report.isRestored { printer.say("the rest was taken as it is") }
            return
        }
        try check(report)
    }

    private func finish(
        _ report: RestoreReport, _ printer: TunePrinter, _ tools: HostTools
    ) throws {
        if !report.isRestored || report.steps.contains(where: { $0.outcome != .restored }) {
            printer.note(report)
        } else {
            let count = report.restoredCount
            printer.say("put back: \(count) value\(count == 1 ? "" : "s")")
        }
        try check(report)
    }

    private func check(_ report: RestoreReport) throws {
        guard let complaint = report.complaints.first else { return }
        throw ProgramFailure(
            4,
            "\(complaint)\n  try: fleetmark-agent tune --restore, or with --accept if the host "
                + "is well as it is")
    }
}

/// A length of time that may be nothing: `0s`.
struct HoldArgument: ExpressibleByArgument, CustomStringConvertible {
    let duration: Duration
    let description: String

    init?(argument: String) {
        description = argument
        if argument == "0s" {
            duration = .zero
        } else {
            guard let given = DurationArgument(argument: argument) else { return nil }
            duration = given.duration
        }
    }
}
