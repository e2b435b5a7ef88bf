import AgentCore
import ArgumentParser
import BenchmarkRunner
import FleetModel
import Glibc
import HostFacts
import Isolation
import LinuxSystem
import Logging
import Workspaces

/// Which canaries a host runs.
enum CanarySetting: String, ExpressibleByArgument, CaseIterable {
    case full, short, off
}

/// When a host runs all of its canaries at night: a time of day in UTC, or never.
struct NightArgument: ExpressibleByArgument, CustomStringConvertible {
    /// After midnight; `nil` for never.
    let seconds: Int64?
    let description: String

    static let standard = NightArgument(seconds: 7200, description: "02:00")

    private init(seconds: Int64?, description: String) {
        self.seconds = seconds
        self.description = description
    }

    init?(argument: String) {
        description = argument
        guard argument != "never" else {
            seconds = nil
            return
        }
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }),
            let hour = Int64(parts[0]), let minute = Int64(parts[1]),
            (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        seconds = hour * 3600 + minute * 60
    }
}

/// By which profile a host grades its samples.
enum NoiseSetting: String, ExpressibleByArgument, CaseIterable {
    case auto, dedicated, shared, off

    /// `nil` grades nothing.
    var settings: NoiseSettings? {
        switch self {
        case .auto: NoiseSettings(choice: .automatic)
        case .dedicated: NoiseSettings(choice: .fixed(.dedicated))
        case .shared: NoiseSettings(choice: .fixed(.shared))
        case .off: nil
        }
    }
}

/// Wires the canaries of this host.
enum CanaryWiring {
    struct Host {
        let launcher: any ProgramLauncher
        let settings: WorkspaceSettings
        let cores: HostCores
        let counting: HostCounting
        let reader: HostReader
        let tuning: TunedHost
    }

    /// `nil` when they are off, or cannot run here, which is said.
    static func keeper(
        _ host: Host, _ folder: StateFolder, program: String,
        schedule: CanaryKeeper.Schedule, logger: Logger
    ) -> CanaryKeeper? {
        guard access(program, X_OK) == 0 else {
            logger.with(.path, program).warning("no canaries: the program is missing")
            return nil
        }
        guard makeFolder(folder.canaries, owner: host.settings.workIdentity) else {
            logger.with(.path, folder.canaries).warning("no canaries: no folder for them")
            return nil
        }
        let store = CanaryBookStore(folder)
        let reader = host.reader
        return CanaryKeeper(
            CanaryKeeper.Parts(
                launcher: host.launcher, program: program, folder: folder.canaries,
                identity: host.settings.workIdentity, cores: host.cores,
                rooms: host.settings.rooms, lastCacheBytes: reader.lastCacheBytes,
                counting: host.counting, agent: Version.text, tuning: host.tuning,
                schedule: schedule,
                key: { reader.canaryKey },
                clock: MonotonicClock.rawNanoseconds,
                wallSeconds: { Int64(time(nil)) },
                store: { book in
                    do throws(StateFailure) {
                        try store.save(book)
                    } catch {
                        logger.with(.error, error.description).error("the canaries are not kept")
                    }
                }), book: store.load())
    }

    private static func makeFolder(_ path: String, owner: ProcessIdentity?) -> Bool {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { return false }
        guard let owner else { return true }
        return lchown(path, owner.uid, owner.gid) == 0
    }
}
