import AgentCore
import BenchmarkRunner
import Counters
import GitRemote
import Glibc
import HostDoctor
import HostFacts
import Isolation
import LinuxSystem
import Workspaces

/// Wires what this machine gives to a measurement by hand: what a host of the fleet gives, without
/// canaries and, unless it is asked for, without tuning.
struct LocalWiring {
    private let folder: StateFolder
    private let tools: HostTools
    private let launcherPath: String
    private let readable: [String]
    private let tunes: Bool

    /// `launcher`: its path; `nil` beside this program.
    init(folder: StateFolder, launcher: String?, readable: [String], tunes: Bool) throws {
        self.folder = folder
        self.readable = readable
        self.tunes = tunes
        tools = try HostTools(state: folder, housekeeping: nil)
        launcherPath = try Composition.launcherPath(launcher)
    }

    func host() async throws -> RunnerHost {
        let isRoot = geteuid() == 0
        guard !tunes || isRoot else { throw ProgramFailure(2, "--tune needs root") }
        let replay = tunes ? tools.replay() : HostTools.Replay()
        try HostWiring.leaveMeasuringCores(tools)
        var settings = WorkspaceSettings(
            root: folder.path + "/work/attempts",
            fetchIdentity: isRoot ? ProcessIdentity(uid: 64001, gid: 64001) : nil,
            workIdentity: isRoot ? ProcessIdentity(uid: 64002, gid: 64002) : nil,
            baseIdentity: isRoot ? ProcessIdentity(uid: 64003, gid: 64003) : nil)
        settings.transports.insert(.file)
        settings.rooms = RoomSettings(
            readable: readable, memoryBytes: HostWiring.memoryBytes(), cpus: tools.topology.allowed)
        let launcher = Launcher(
            programPath: launcherPath,
            abilities: await .probe(programPath: launcherPath, identity: settings.workIdentity))
        let counting = await HostCounting.probe(
            launcher: launcher, identity: settings.workIdentity)
        var reader = HostReader(digest: AgentDigest.hexadecimal)
        reader.askedToolchains = await ToolchainProbe.ask(
            launcher, identity: settings.workIdentity)
        let cache = PageCache(tools.tree)
        let refusal = tunes ? cache.refusal : PageCache.untouched
        let tuning =
            tunes
            ? TunedHost(
                tools.tuner, tools.wish(.strict), complaints: replay.complaints,
                clock: MonotonicClock.rawNanoseconds) : nil
        return RunnerHost(
            launcher: launcher, workspaces: Workspaces(settings: settings, launcher: launcher),
            cores: HostCores(tools.topology, items: launcher.items), reader: reader,
            counting: counting, perf: Profiler.perf(in: CleanEnvironment.standardPath),
            noise: NoiseSettings(choice: .automatic), tuning: tuning,
            pageCache: refusal == nil ? cache : nil, pageCacheRefusal: refusal,
            clock: MonotonicClock.rawNanoseconds)
    }

    /// What the doctor would say of this machine, without what is only worth knowing.
    func limits(_ host: RunnerHost) -> [LocalLimit] {
        var found = HostExamination(tools, .observe).findings(launcher: launcherPath)
        found.verdicts = host.counting.verdicts
        found.simulatorProblem = host.counting.simulatorProblem
        found.launching = host.launcher.degradations
        found.givesPartitions = host.launcher.items.contains(LaunchAbilities.fullItem)
        return DoctorCatalogue.findings(on: found).filter { $0.weight != .note }.map {
            LocalLimit(code: $0.item.code, message: $0.item.message, advice: $0.item.advice)
        }
    }
}
