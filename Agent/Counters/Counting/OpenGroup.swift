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

/// A group on one target, as far as the kernel took it.
struct OpenGroup: Sendable {
    /// The leader first.
    let counters: [OpenCounter]
    /// Whether one read gives all; otherwise each is read alone.
    let readsTogether: Bool
    /// No exec begins its counting, so the agent does.
    let isWide: Bool

    /// Those whose start starts all.
    private var leaders: ArraySlice<OpenCounter> {
        readsTogether ? counters.prefix(1) : counters[...]
    }

    func count(_ isOn: Bool, by calls: any PerfCalls) throws(SystemCallFailure) {
        guard isWide else { return }
        for leader in leaders { try calls.count(leader.descriptor.rawValue, isOn) }
    }

    func read(by calls: any PerfCalls) throws(SystemCallFailure) -> [PerfCount?] {
        guard readsTogether, let leader = counters.first else {
            var counts: [PerfCount?] = []
            for counter in counters { counts.append(try calls.read(counter.descriptor.rawValue)) }
            return counts
        }
        do throws(SystemCallFailure) {
            return try calls.readGroup(leader.descriptor.rawValue)
        } catch {
            // A child's group differed from its parent's for a moment (ECHILD).
            guard error.errno == ECHILD else { throw error }
            return try calls.readGroup(leader.descriptor.rawValue)
        }
    }
}

/// Opens groups on one target.
struct GroupOpener {
    let host: CounterHost
    let calls: any PerfCalls
    let target: PerfTarget
    /// By name; an event without one is not opened.
    let codes: [String: EventCode]
    /// Over all groups, for the message of a process that has too few.
    let descriptorsNeeded: Int

    struct Result {
        var groups: [OpenGroup] = []
        var refusals: [CounterRefusal] = []
        /// More events than the processor counts at once, so their ratios are not exact.
        var wasSplit = false
    }

    func open(_ events: [CounterEvent]) -> Result {
        if events.count > 1, let together = openTogether(events) { return together }
        var result = Result()
        for event in events {
            switch open(event, alone, leader: -1) {
            case .success(let counter): result.groups.append(group([counter], together: false))
            case .failure(let refusal): result.refusals.append(refusal)
            }
        }
        result.wasSplit = result.groups.count > 1
        return result
    }

    /// Off until the target's exec, or until the agent says so.
    private var alone: PerfRequest.Flags {
        target.isWide ? [.disabled] : [.disabled, .inherit, .enableOnExec]
    }

    private var member: PerfRequest.Flags { target.isWide ? [] : [.inherit] }

    private func group(_ counters: [OpenCounter], together: Bool) -> OpenGroup {
        OpenGroup(counters: counters, readsTogether: together, isWide: target.isWide)
    }

    /// - Returns: `nil` when the kernel refuses them as a group: too large for the processor, or a
    ///   kernel before 4.13, which knows no inherited groups.
    private func openTogether(_ events: [CounterEvent]) -> Result? {
        var counters: [OpenCounter] = []
        var refusals: [CounterRefusal] = []
        for event in events {
            let leader = counters.first?.descriptor.rawValue ?? -1
            let flags = (leader < 0 ? alone : member).union(.groupRead)
            switch open(event, flags, leader: leader) {
            case .success(let counter): counters.append(counter)
            case .failure(let refusal) where refusal.errno == EINVAL: return nil
            case .failure(let refusal): refusals.append(refusal)
            }
        }
        let groups = counters.isEmpty ? [] : [group(counters, together: true)]
        return Result(groups: groups, refusals: refusals)
    }

    private func open(
        _ event: CounterEvent, _ flags: PerfRequest.Flags, leader: Int32
    ) -> Swift.Result<OpenCounter, CounterRefusal> {
        guard let code = codes[event.name] else {
            return .failure(
                CounterRefusal(
                    event: event.name, code: .badRequest,
                    message: "\(event.name) was not resolved."))
        }
        let request = PerfRequest(code, scope: host.scope(of: event, code), flags)
        let number = calls.open(request, on: target, group: leader)
        guard number >= 0 else {
            let circumstances = CounterRefusal.Circumstances(
                target: target.process, descriptorsNeeded: descriptorsNeeded,
                descriptorLimit: DescriptorLimit.soft, isWide: target.isWide)
            return .failure(
                CounterRefusal(errno: -number, of: event, on: host, in: circumstances))
        }
        return .success(OpenCounter(event, adopting: number))
    }
}
