import AgentCore
import ArgumentParser
import Glibc
import Isolation
import LinuxSystem

extension TuningProfile: ExpressibleByArgument {}

/// Processors as the kernel lists them: `0-1,4`.
struct ProcessorsArgument: ExpressibleByArgument {
    let cpus: [Int]

    init?(argument: String) {
        guard let cpus = CPUList.parse(argument), !cpus.isEmpty else { return nil }
        self.cpus = cpus
    }
}

/// What `run`, `tune` and `doctor` share: the host's tree, its cores and its tuner.
struct HostTools {
    let tree: KernelTree
    let tuner: HostTuner
    let places: TuningPlaces
    let topology: CpuTopology
    let housekeeping: Housekeeping

    /// `root`: `/` in service, a tree of files in tests.
    init(state: StateFolder, root: String = "/", housekeeping: [Int]?) throws {
        tree = KernelTree(root: root)
        places = TuningPlaces(
            journal: state.path + "/tuning.journal", lock: tree.root + TuningLock.standardPath)
        tuner = HostTuner(
            HostTuner.Parts(
                files: tree,
                services: ServiceControl(root: tree.root, files: tree, runner: HostPrograms()),
                places: places, agentVersion: Version.text,
                wallClock: Composition.wallMicroseconds))
        do throws(SystemCallFailure) {
            topology = try CpuTopology(reading: tree)
        } catch {
            throw ProgramFailure(4, "the processors of this host cannot be read: \(error)")
        }
        self.housekeeping = Housekeeping(topology, asked: housekeeping)
        guard housekeeping == nil || !self.housekeeping.cpus.isEmpty else {
            throw ProgramFailure(
                2,
                "--housekeeping leaves no whole core to measure on, or names none that the "
                    + "agent may use (\(CPUList.text(of: topology.allowed)))")
        }
    }

    func wish(
        _ profile: TuningProfile, only: [String] = [], isForced: Bool = false
    ) -> HostTuner.Wish {
        HostTuner.Wish(
            profile: profile, housekeeping: housekeeping.cpus,
            measuring: housekeeping.measurableCPUs, only: only.isEmpty ? nil : Set(only),
            isForced: isForced)
    }

    /// What the replay at the start did, and what is in its way.
    struct Replay {
        var restoredCount = 0
        var complaints: [String] = []
        /// Another process tunes this host, and its journal is its own.
        var holder: String?
    }

    func replay() -> Replay {
        do throws(TuningLock.Failure) {
            let report = try tuner.replay()
            return Replay(restoredCount: report.restoredCount, complaints: report.complaints)
        } catch {
            if case .held = error { return Replay(holder: error.description) }
            return Replay(complaints: [error.description])
        }
    }
}
