import Glibc
import LinuxSystem

/// Ends every process of a control group, so that none can outrun the killing by forking.
///
/// Kernels before 5.14 have no `cgroup.kill`, and the first version never had one: there the group
/// is frozen first, since what does not run neither forks nor ends. Source:
/// isolation-and-counters.md, sections 3.10 and 7.
struct GroupEnding {
    /// A process may enter the group while it is being frozen.
    private static let rounds = 50
    private static let pause: UInt32 = 2_000

    let folder: GroupFolder

    func run() {
        if (try? folder.write("1", to: "cgroup.kill")) != nil { return }
        guard folder.exists, let brake = brakes.first(where: { folder.text($0.file) != nil })
        else { return }
        for _ in 0..<Self.rounds where !processes.isEmpty {
            try? folder.write(brake.hold, to: brake.file)
            for process in processes { _ = kill(process, SIGKILL) }
            // The first version's frozen processes die when they are let go.
            try? folder.write(brake.release, to: brake.file)
            if !processes.isEmpty { usleep(Self.pause) }
        }
    }

    private var processes: [pid_t] {
        (folder.text("cgroup.procs") ?? "").split(separator: "\n").compactMap { pid_t($0) }
            .filter { $0 > 0 && $0 != getpid() }
    }

    private var brakes: [(file: String, hold: String, release: String)] {
        [("cgroup.freeze", "1", "0"), ("freezer.state", "FROZEN", "THAWED")]
    }
}
