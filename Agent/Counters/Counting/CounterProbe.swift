import Glibc
import LinuxSystem

/// Whether this host can count an event, as tried and not as told.
package struct CounterVerdict: Sendable, Equatable {
    package enum Finding: Sendable, Equatable {
        case available
        case missing(CounterRefusal)
        /// It opens and counts wrongly, or nothing; the words say what was seen.
        case stubbed(String)
    }

    package let event: CounterEvent
    package let finding: Finding

    package init(_ event: CounterEvent, _ finding: Finding) {
        self.event = event
        self.finding = finding
    }

    package var isAvailable: Bool { finding == .available }
}

/// Tries events on the calling thread with a loop of known length
/// (isolation-and-counters.md, section 2.8).
package struct CounterProbe: Sendable {
    private static let rounds: UInt64 = 1_000_000
    /// How far a count of instructions may be from the loop's.
    private static let tolerance = 0.001

    private let host: CounterHost
    private let calls: any PerfCalls

    package init(_ host: CounterHost, calls: any PerfCalls = KernelPerfCalls()) {
        self.host = host
        self.calls = calls
    }

    /// - Returns: one verdict per event, in their order. When the count of instructions is wrong,
    ///   no hardware event of the host is believed.
    package func verdicts(
        on events: [CounterEvent] = CounterCatalogue.all
    ) -> [CounterVerdict] {
        let verdicts = events.map { CounterVerdict($0, finding(for: $0)) }
        guard
            case .stubbed(let words)? = verdicts.first(where: {
                $0.event.name == "instructions:u"
            })?.finding
        else { return verdicts }
        return verdicts.map {
            $0.isAvailable && $0.event.kind != .software
                ? CounterVerdict($0.event, .stubbed(words)) : $0
        }
    }

    private func finding(for event: CounterEvent) -> CounterVerdict.Finding {
        if let group = CounterGroup([event]), host.isHybrid, event.kind != .software {
            let opener = GroupOpener(host: host, calls: calls, target: 0, descriptorsNeeded: 1)
            if let refusal = opener.open(group).refusals.first { return .missing(refusal) }
        }
        let number = calls.open(PerfRequest(event, on: host, [.disabled]), pid: 0, group: -1)
        guard number >= 0 else {
            let circumstances = CounterRefusal.Circumstances(
                descriptorLimit: DescriptorLimit.soft)
            return .missing(CounterRefusal(errno: -number, of: event, on: host, in: circumstances))
        }
        let descriptor = OwnedDescriptor(adopting: number)
        do throws(SystemCallFailure) {
            let short = try count(descriptor.rawValue, rounds: Self.rounds)
            let long = try count(descriptor.rawValue, rounds: 2 * Self.rounds)
            guard let short, let long else { return .missing(busy(event)) }
            return judge(event, short, long)
        } catch {
            return .missing(
                CounterRefusal(
                    event: event.name, code: .unreadable, errno: error.errno,
                    message: "The count of \(event.name) cannot be read: \(error)."))
        }
    }

    /// The total after a further loop; `nil` when the kernel gave up on the event.
    private func count(
        _ descriptor: Int32, rounds: UInt64
    ) throws(SystemCallFailure) -> PerfCount? {
        try calls.count(descriptor, true)
        calls.loop(rounds: rounds)
        try calls.count(descriptor, false)
        return try calls.read(descriptor)
    }

    /// `long`: the total of both loops, of N and of 2 N rounds.
    private func judge(
        _ event: CounterEvent, _ short: PerfCount, _ long: PerfCount
    ) -> CounterVerdict.Finding {
        guard event.kind == .software || long.runningNanoseconds == long.enabledNanoseconds else {
            return .missing(busy(event))
        }
        let second = long.count >= short.count ? long.count - short.count : 0
        switch event.name {
        case "instructions:u":
            let expected = Double(Self.rounds * PerfRequest.loopInstructions)
            let got = Double(second) - Double(short.count)
            if abs(got - expected) <= expected * Self.tolerance { return .available }
            return .stubbed(
                "The counters failed the known-count check (expected \(Int64(expected)), got "
                    + "\(Int64(got))); hardware metrics are disabled.")
        case "cycles:u", "branches:u", "task-clock":
            if long.count > 0 { return .available }
            return .stubbed("\(event.name) opens and stays 0.")
        default: return .available
        }
    }

    private func busy(_ event: CounterEvent) -> CounterRefusal {
        CounterRefusal(
            event: event.name, code: .counterBusy,
            message: "\(event.name) opens and is not counted all the time: another user holds a "
                + "counter.")
    }
}
