import Counters
import Glibc
import LinuxSystem
import Synchronization

/// A kernel that refuses and counts as a test says. Its descriptors are real ones of /dev/null.
final class FakePerfCalls: PerfCalls {
    struct Opened: Sendable, Equatable {
        let request: PerfRequest
        let target: PerfTarget
        let group: Int32
        let descriptor: Int32
    }

    private struct State {
        var opened: [Opened] = []
        var rounds: UInt64 = 0
        var failuresLeft = 0
        var started: [Int32] = []
    }

    private let state: Mutex<State>
    private let refuse: @Sendable (PerfRequest, _ group: Int32) -> Int32
    private let refuseTarget: @Sendable (PerfTarget) -> Int32
    private let counts: Counts

    typealias Counts = @Sendable (PerfRequest, _ rounds: UInt64) -> PerfCount?

    /// `refuse`: errno, or 0. `groupReadFailures`: how many group reads fail with ECHILD first.
    init(
        refuse: @escaping @Sendable (PerfRequest, _ group: Int32) -> Int32 = { _, _ in 0 },
        refuseTarget: @escaping @Sendable (PerfTarget) -> Int32 = { _ in 0 },
        counts: @escaping Counts = { _, rounds in
            PerfCount(count: rounds * 2, enabledNanoseconds: 100, runningNanoseconds: 100)
        },
        groupReadFailures: Int = 0
    ) {
        self.refuse = refuse
        self.refuseTarget = refuseTarget
        self.counts = counts
        state = Mutex(State(failuresLeft: groupReadFailures))
    }

    var opened: [Opened] { state.withLock { $0.opened } }

    func open(_ request: PerfRequest, on target: PerfTarget, group: Int32) -> Int32 {
        let errno = max(refuse(request, group), refuseTarget(target))
        if errno != 0 { return -errno }
        let number = Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
        state.withLock {
            $0.opened.append(
                Opened(request: request, target: target, group: group, descriptor: number))
        }
        return number
    }

    func read(_ descriptor: Int32) throws(SystemCallFailure) -> PerfCount? {
        state.withLock { state in
            state.opened.last { $0.descriptor == descriptor }
                .flatMap { counts($0.request, state.rounds) }
        }
    }

    func readGroup(_ descriptor: Int32) throws(SystemCallFailure) -> [PerfCount] {
        let isFailing = state.withLock { state in
            defer { state.failuresLeft = max(0, state.failuresLeft - 1) }
            return state.failuresLeft > 0
        }
        if isFailing { throw SystemCallFailure("read", errno: ECHILD) }
        return state.withLock { state in
            state.opened.filter { $0.descriptor == descriptor || $0.group == descriptor }
                .compactMap { counts($0.request, state.rounds) }
        }
    }

    /// Descriptors that the agent itself set counting.
    var started: [Int32] { state.withLock { $0.started } }

    func count(_ descriptor: Int32, _ isOn: Bool) throws(SystemCallFailure) {
        if isOn { state.withLock { $0.started.append(descriptor) } }
    }

    func visit(_ cpus: [Int], _ body: () -> Void) { body() }

    func loop(rounds: UInt64) { state.withLock { $0.rounds += rounds } }
}
