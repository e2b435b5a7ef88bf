import Counters
import Glibc
import LinuxSystem

/// A kernel whose events count what a test says. Its descriptors are real ones of /dev/null.
struct ScriptedPerfCalls: PerfCalls {
    var count = PerfCount(count: 1000, enabledNanoseconds: 100, runningNanoseconds: 100)

    func open(_ request: PerfRequest, on target: PerfTarget, group: Int32) -> Int32 {
        Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
    }

    func read(_ descriptor: Int32) throws(SystemCallFailure) -> PerfCount? { count }

    /// As many as the largest group has; what is too much is left over.
    func readGroup(_ descriptor: Int32) throws(SystemCallFailure) -> [PerfCount] {
        [count, count]
    }

    func count(_ descriptor: Int32, _ isOn: Bool) throws(SystemCallFailure) {}
    func loop(rounds: UInt64) {}
    func visit(_ cpus: [Int], _ body: () -> Void) { body() }
}
