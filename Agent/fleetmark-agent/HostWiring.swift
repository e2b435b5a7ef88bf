import AgentCore
import BenchmarkRunner
import Counters
import Glibc
import HostFacts
import Isolation
import LinuxSystem
import Logging
import Workspaces

/// Wires what this host gives to its attempts.
struct HostWiring {
    let options: RunCommand
    let folder: StateFolder
    let tools: HostTools
    let replay: HostTools.Replay
    let logger: Logger

    func host() async throws -> RunnerHost {
        try Self.leaveMeasuringCores(tools)
        let settings = try settings()
        let path = try Composition.launcherPath(options.launcher)
        let launcher = Launcher(
            programPath: path,
            abilities: await .probe(programPath: path, identity: settings.workIdentity))
        var reader = HostReader(digest: AgentDigest.hexadecimal)
        reader.askedToolchains = await ToolchainProbe.ask(
            launcher, identity: settings.workIdentity)
        let counting = await HostCounting.probe(
            launcher: launcher, identity: settings.workIdentity)
        let tuning = TunedHost(
            tools.tuner, tools.wish(options.tuning), complaints: replay.complaints,
            clock: MonotonicClock.rawNanoseconds)
        let cores = HostCores(
            tools.topology, housekeeping: options.housekeeping?.cpus,
            rotation: options.rotateCores ? CoreRotation() : nil, items: launcher.items)
        let place = CanaryWiring.Host(
            launcher: launcher, settings: settings, cores: cores, counting: counting,
            reader: reader, tuning: tuning)
        let canaries =
            options.canary == .off
            ? nil
            : CanaryWiring.keeper(
                place, folder, program: Self.beside(path, "fleetmark-canary"),
                schedule: options.canary == .full
                    ? .own(night: options.canaryNight.seconds) : .asked, logger: logger)
        let cache = PageCache(tools.tree)
        let refusal = options.tuning == .observe ? PageCache.untouched : cache.refusal
        return RunnerHost(
            launcher: launcher, workspaces: Workspaces(settings: settings, launcher: launcher),
            cores: cores, reader: reader, counting: counting,
            perf: Profiler.perf(in: CleanEnvironment.standardPath),
            noise: options.noiseProfile.settings, canaries: canaries,
            tuning: tuning,
            pageCache: refusal == nil ? cache : nil, pageCacheRefusal: refusal,
            clock: MonotonicClock.rawNanoseconds)
    }

    private func settings() throws -> WorkspaceSettings {
        let isRoot = geteuid() == 0
        var settings = WorkspaceSettings(
            root: folder.work, fetchIdentity: isRoot ? options.fetchUser.identity : nil,
            workIdentity: isRoot ? options.workUser.identity : nil,
            baseIdentity: isRoot ? options.baseUser.identity : nil)
        settings.allows = AllowList(options.allowRepository).allows
        settings.transports = try options.transports()
        settings.rooms = RoomSettings(
            readable: options.readable, writable: options.writable,
            temporaryBytes: options.temporaryMax.bytes,
            memoryBytes: options.memoryMax?.bytes ?? Self.memoryBytes(),
            diskFloorBytes: options.diskFree.bytes, cpus: tools.topology.allowed)
        settings.buildCacheBytes = options.noBuildCache ? 0 : options.buildCacheMax.bytes
        return settings
    }

    /// The agent's own threads leave the cores that measure.
    static func leaveMeasuringCores(_ tools: HostTools) throws {
        let house = tools.housekeeping.cpus
        guard !house.isEmpty else { return }
        do throws(SystemCallFailure) {
            try OwnAffinity.bind(to: house)
        } catch {
            throw ProgramFailure(4, "the agent cannot move to its own processors: \(error)")
        }
    }

    /// Four fifths of the host's memory: the rest is for the agent and the kernel.
    static func memoryBytes() -> Int64? {
        let total = HostReader(digest: AgentDigest.hexadecimal).memoryBytes
        return total > 0 ? total / 5 * 4 : nil
    }

    /// A program in the same folder.
    static func beside(_ path: String, _ name: String) -> String {
        path.split(separator: "/").dropLast().reduce(path.hasPrefix("/") ? "" : ".") {
            $0 + "/" + $1
        } + "/" + name
    }
}
