import AgentCore
import ArgumentParser
import BenchmarkRunner
import Counters
import Glibc
import HostDoctor
import Isolation
import LinuxSystem

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what this host can and cannot measure, and how to improve it.",
        discussion: """
            Looks, and changes nothing. Each line says what is missing and what to do
            about it; the same list is sent to the controller, which shows it on the
            host's page.

            EXAMPLES
              fleetmark-agent doctor
              fleetmark-agent doctor --probe
              fleetmark-agent doctor --fix
              fleetmark-agent doctor --json

            EXIT STATUS
              0 everything can be measured; 3 with limits; 4 nothing can be measured.
            """)

    @Flag(help: "Try every counter too; takes about two seconds.")
    var probe = false

    @Flag(help: "Print the commands that would help; nothing is run.")
    var fix = false

    @Flag(help: "One JSON document.")
    var json = false

    @Option(help: "Path of fleetmark-launch. (default: beside this program)")
    var launcher: String?

    @Option(help: "Processors that keep house, such as 0-1. (default: the rule's choice)")
    var housekeeping: ProcessorsArgument?

    @Option(help: "Profile of host tuning to judge.")
    var tuning = TuningProfile.default

    @Option(help: ArgumentHelp("Root of the host's tree.", visibility: .hidden))
    var root = "/"

    @OptionGroup var state: StateOptions

    func run() async throws {
        let tools = try HostTools(
            state: try state.folder(), root: root, housekeeping: housekeeping?.cpus)
        let path = launcher ?? Composition.launcherBesideThis
        let isThere = access(path, X_OK) == 0
        let report = HostExamination(tools, tuning)
        var host = report.findings(launcher: isThere ? path : nil)
        var counting: HostCounting?
        if probe, isThere {
            let identity = geteuid() == 0 ? ProcessIdentity(uid: 64002, gid: 64002) : nil
            let found = await HostCounting.probe(
                launcher: Launcher(programPath: path), identity: identity)
            host.verdicts = found.verdicts
            host.simulatorProblem = found.simulatorProblem
            counting = found
        }
        let findings = DoctorCatalogue.findings(on: host)
        let verdict = HostVerdict(findings)
        if json {
            JSONPrinter.print(DoctorDocument(host, findings, verdict))
        } else if fix {
            DoctorPrinter.printCommands(findings)
        } else {
            DoctorPrinter(host, counting: counting).show(findings, verdict)
        }
        if verdict != .full { throw ExitCode(verdict.exitStatus) }
    }
}

/// Collects what the doctor judges.
struct HostExamination {
    private let tools: HostTools
    private let profile: TuningProfile

    init(_ tools: HostTools, _ profile: TuningProfile) {
        self.tools = tools
        self.profile = profile
    }

    /// Nothing is tried yet. `launcher`: its path; `nil` where it is missing.
    func findings(launcher: String?) -> HostFindings {
        var host = HostFindings(
            tree: tools.tree, counters: CounterHost(reading: tools.tree),
            topology: tools.topology, housekeeping: tools.housekeeping,
            tuning: tools.tuner.preview(tools.wish(profile)))
        host.isRoot = geteuid() == 0
        host.launcher = launcher
        host.lockHolder = TuningLock.holder(of: tools.places.lock)
        if CachegrindTool.find(in: CleanEnvironment.standardPath) == nil {
            host.simulatorProblem = "instructions cannot be simulated: there is no valgrind"
        }
        do throws(SystemCallFailure) {
            host.journal = try tools.tuner.journal()
        } catch {
            host.journalProblem = error.description
        }
        return host
    }
}
