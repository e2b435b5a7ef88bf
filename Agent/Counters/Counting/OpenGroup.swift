import Glibc
import LinuxSystem

/// One event that the kernel counts.
final class OpenCounter: Sendable {
    let event: CounterEvent
    let descriptor: OwnedDescriptor

    init(_ event: CounterEvent, adopting number: Int32) {
        self.event = event
        descriptor = OwnedDescriptor(adopting: number)
    }
}

/// A group as far as the kernel took it.
struct OpenGroup: Sendable {
    /// The leader first.
    let counters: [OpenCounter]
    /// Whether one read gives all; otherwise each is read alone.
    let readsTogether: Bool
}

/// Opens groups on a process that has not yet made its children.
struct GroupOpener {
    let host: CounterHost
    let calls: any PerfCalls
    let target: Int32
    /// Over all groups, for the message of a process that has too few.
    let descriptorsNeeded: Int

    struct Result {
        var groups: [OpenGroup] = []
        var refusals: [CounterRefusal] = []
        /// More events than the processor counts at once, so their ratios are not exact.
        var wasSplit = false
    }

    func open(_ group: CounterGroup) -> Result {
        if let refusal = unencodable(group.events[0]) {
            return Result(refusals: group.events.map { refusal.with(event: $0.name) })
        }
        if group.events.count > 1, let together = openTogether(group.events) { return together }
        var result = Result()
        for event in group.events {
            switch open(event, [.disabled, .inherit, .enableOnExec], leader: -1) {
            case .success(let counter):
                result.groups.append(OpenGroup(counters: [counter], readsTogether: false))
            case .failure(let refusal): result.refusals.append(refusal)
            }
        }
        result.wasSplit = result.groups.count > 1
        return result
    }

    /// - Returns: `nil` when the kernel refuses them as a group: too large for the processor, or a
    ///   kernel before 4.13, which knows no inherited groups.
    private func openTogether(_ events: [CounterEvent]) -> Result? {
        var counters: [OpenCounter] = []
        var refusals: [CounterRefusal] = []
        for event in events {
            let leader = counters.first?.descriptor.rawValue ?? -1
            let flags: PerfRequest.Flags =
                leader < 0
                ? [.disabled, .inherit, .enableOnExec, .groupRead] : [.inherit, .groupRead]
            switch open(event, flags, leader: leader) {
            case .success(let counter): counters.append(counter)
            case .failure(let refusal) where refusal.errno == EINVAL: return nil
            case .failure(let refusal): refusals.append(refusal)
            }
        }
        let groups = counters.isEmpty ? [] : [OpenGroup(counters: counters, readsTogether: true)]
        return Result(groups: groups, refusals: refusals)
    }

    private func open(
        _ event: CounterEvent, _ flags: PerfRequest.Flags, leader: Int32
    ) -> Swift.Result<OpenCounter, CounterRefusal> {
        let request = PerfRequest(event, on: host, flags)
        let number = calls.open(request, pid: target, group: leader)
        guard number >= 0 else {
            let circumstances = CounterRefusal.Circumstances(
                target: target, descriptorsNeeded: descriptorsNeeded,
                descriptorLimit: DescriptorLimit.soft)
            return .failure(
                CounterRefusal(errno: -number, of: event, on: host, in: circumstances))
        }
        return .success(OpenCounter(event, adopting: number))
    }

    /// Arm processors with two kinds of cores take no unit beside a general event's number.
    private func unencodable(_ event: CounterEvent) -> CounterRefusal? {
        guard event.kind != .software, host.isHybrid, host.chosenUnit?.name != "cpu_core" else {
            return nil
        }
        let names = host.units.map(\.name).joined(separator: ", ")
        return CounterRefusal(
            event: event.name, code: .severalUnits,
            message: "This processor has several kinds of cores (\(names)), whose events this "
                + "version cannot tell apart.")
    }
}

extension CounterRefusal {
    func with(event: String) -> CounterRefusal {
        CounterRefusal(event: event, code: code, errno: errno, message: message)
    }
}
