import CPerfEvent
import CPinning
import Glibc
package import LinuxSystem

/// The kernel as counters need it; a stand-in is for tests of refusals that this host lacks.
package protocol PerfCalls: Sendable {
    /// perf_event_open(2). `group`: the leader's descriptor, or -1.
    ///
    /// - Returns: a descriptor that the caller owns, or -errno.
    func open(_ request: PerfRequest, on target: PerfTarget, group: Int32) -> Int32

    /// - Returns: `nil` for an event that the kernel gave up.
    func read(_ descriptor: Int32) throws(SystemCallFailure) -> PerfCount?

    /// In the order of opening; empty for a group that the kernel gave up.
    func readGroup(_ descriptor: Int32) throws(SystemCallFailure) -> [PerfCount]

    /// Begins or ends the counting of one event.
    func count(_ descriptor: Int32, _ isOn: Bool) throws(SystemCallFailure)

    /// Executes exactly `PerfRequest.loopInstructions` instructions per round.
    func loop(rounds: UInt64)

    /// Does something on some processors, as far as the kernel lets this thread go there; with
    /// none, wherever it is.
    func visit(_ cpus: [Int], _ body: () -> Void)
}

/// What is asked of the kernel for one event.
package struct PerfRequest: Sendable, Equatable {
    package static let loopInstructions = UInt64(FM_PERF_LOOP_INSTRUCTIONS)

    package var type: UInt32
    package var config: UInt64
    package var config1: UInt64
    package var config2: UInt64
    package var flags: Flags

    /// The numbers of cperfevent.h.
    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let disabled = Flags(rawValue: 1)
        package static let inherit = Flags(rawValue: 2)
        package static let enableOnExec = Flags(rawValue: 4)
        package static let userOnly = Flags(rawValue: 8)
        package static let kernelOnly = Flags(rawValue: 16)
        package static let groupRead = Flags(rawValue: 32)
    }

    /// `flags`: without those of the scope.
    package init(_ code: EventCode, scope: CounterEvent.Scope, _ flags: Flags) {
        type = code.type
        config = code.config
        config1 = code.config1
        config2 = code.config2
        self.flags = flags
        switch scope {
        case .user: self.flags.insert(.userOnly)
        case .kernel: self.flags.insert(.kernelOnly)
        case .all: break
        }
    }
}

/// What the kernel says of one event.
package struct PerfCount: Sendable, Equatable {
    package var count: UInt64
    /// Both are sums over all tasks and can exceed the time that passed.
    package var enabledNanoseconds: UInt64
    package var runningNanoseconds: UInt64

    package init(count: UInt64, enabledNanoseconds: UInt64, runningNanoseconds: UInt64) {
        self.count = count
        self.enabledNanoseconds = enabledNanoseconds
        self.runningNanoseconds = runningNanoseconds
    }
}

/// The kernel itself.
package struct KernelPerfCalls: PerfCalls {
    /// More than any group has.
    private static let groupRoom = 64

    package init() {}

    package func open(_ request: PerfRequest, on target: PerfTarget, group: Int32) -> Int32 {
        var event = fm_event(
            type: request.type, flags: request.flags.rawValue, config: request.config,
            config1: request.config1, config2: request.config2)
        let (pid, cpu, isGroup): (Int32, Int32, Int32) =
            switch target {
            case .process(let number): (number, -1, 0)
            case .group(let folder, let cpu): (folder, cpu, 1)
            case .processor(let cpu): (-1, cpu, 0)
            }
        let opened = unsafe fm_perf_open(&event, pid, cpu, group, isGroup)
        guard opened == -EMFILE, DescriptorLimit.raise() else { return opened }
        return unsafe fm_perf_open(&event, pid, cpu, group, isGroup)
    }

    package func read(_ descriptor: Int32) throws(SystemCallFailure) -> PerfCount? {
        var value = fm_value()
        let status = unsafe fm_perf_read(descriptor, &value)
        if status == -ENODATA { return nil }
        try Self.check("read", status)
        return PerfCount(value)
    }

    package func readGroup(_ descriptor: Int32) throws(SystemCallFailure) -> [PerfCount] {
        var values = [fm_value](repeating: fm_value(), count: Self.groupRoom)
        var count: UInt32 = 0
        let status = unsafe fm_perf_read_group(descriptor, &values, UInt32(values.count), &count)
        if status == -ENODATA { return [] }
        try Self.check("read", status)
        return values.prefix(Int(count)).map(PerfCount.init)
    }

    package func count(_ descriptor: Int32, _ isOn: Bool) throws(SystemCallFailure) {
        let status = isOn ? fm_perf_enable(descriptor, 0) : fm_perf_disable(descriptor, 0)
        try Self.check("ioctl", status)
    }

    package func loop(rounds: UInt64) { fm_perf_loop(rounds) }

    package func visit(_ cpus: [Int], _ body: () -> Void) {
        guard !cpus.isEmpty else { return body() }
        let status = try? KernelTree().field("Cpus_allowed_list", in: "/proc/thread-self/status")
        let before = status.flatMap { $0 }.flatMap { CPUList.parse($0) } ?? []
        let isMoved = !before.isEmpty && Self.bind(cpus)
        body()
        if isMoved { _ = Self.bind(before) }
    }

    /// Moves the calling thread.
    private static func bind(_ cpus: [Int]) -> Bool {
        var words = [UInt64](repeating: 0, count: CPUList.capacity / 64)
        for cpu in cpus where (0..<CPUList.capacity).contains(cpu) {
            words[cpu / 64] |= 1 << UInt64(cpu % 64)
        }
        return unsafe fm_bind_thread(0, words, UInt32(words.count)) == 0
    }

    private static func check(_ call: String, _ status: Int32) throws(SystemCallFailure) {
        guard status >= 0 else {
            throw SystemCallFailure(call, path: "perf event", errno: -status)
        }
    }
}

extension PerfCount {
    fileprivate init(_ value: fm_value) {
        self.init(
            count: value.value, enabledNanoseconds: value.enabled_ns,
            runningNanoseconds: value.running_ns)
    }
}

/// RLIMIT_NOFILE of this process.
enum DescriptorLimit {
    static var soft: UInt64 { values.map { UInt64($0.rlim_cur) } ?? 0 }

    /// Raises the soft limit to the hard one.
    ///
    /// - Returns: whether there is more room now.
    static func raise() -> Bool {
        guard var limit = values, limit.rlim_cur < limit.rlim_max else { return false }
        limit.rlim_cur = limit.rlim_max
        return unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    }

    private static var values: rlimit? {
        var limit = rlimit()
        let status = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return status == 0 ? limit : nil
    }
}
