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

/// Tries events with a loop of known length, on the calling thread or its processor
/// (isolation-and-counters.md, section 2.8).
///
/// Only what a unit's folder lists is opened, and once: where the folder lists what the machine
/// lacks, the kernel writes a warning into its log.
package struct CounterProbe: Sendable {
    static let rounds: UInt64 = 1_000_000
    /// How often an event that should have moved is given more time: energy is written once a
    /// millisecond.
    private static let patience = 20

    private let host: CounterHost
    private let calls: any PerfCalls

    package init(_ host: CounterHost, calls: any PerfCalls = KernelPerfCalls()) {
        self.host = host
        self.calls = calls
    }

    /// - Returns: one verdict per event, in their order. When the count of instructions is wrong,
    ///   no event of the processor is believed.
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
            $0.isAvailable && $0.event.usesProcessor
                ? CounterVerdict($0.event, .stubbed(words)) : $0
        }
    }

    private func finding(for event: CounterEvent) -> CounterVerdict.Finding {
        switch host.code(of: event) {
        case .failure(let refusal): return .missing(refusal)
        case .success(let code):
            var finding = CounterVerdict.Finding.available
            let place = host.place(of: event, code)
            calls.visit(cpus(for: event, code, at: place)) {
                finding = self.finding(for: event, code, at: place)
            }
            return finding
        }
    }

    /// Where the loop must run so that the event sees it; empty for anywhere.
    private func cpus(
        for event: CounterEvent, _ code: EventCode, at place: CounterEvent.Place
    ) -> [Int] {
        switch place {
        case .tree: host.isHybrid && event.usesProcessor ? host.chosenUnit?.cpus ?? [] : []
        case .processors: Array(host.online.prefix(1))
        case .packages: Array((code.processors ?? []).prefix(1))
        }
    }

    private func finding(
        for event: CounterEvent, _ code: EventCode, at place: CounterEvent.Place
    ) -> CounterVerdict.Finding {
        let cpu = cpus(for: event, code, at: place).first ?? 0
        let target = place == .tree ? PerfTarget.process(0) : .processor(Int32(cpu))
        var leader: OpenCounter?
        if event.set == .topdown, event.name != "topdown.slots",
            let slots = CounterCatalogue.event("topdown.slots"),
            case .success(let code) = host.code(of: slots)
        {
            switch open(slots, code, [.disabled], target, -1) {
            case .failure(let refusal): return .missing(refusal.with(event: event.name))
            case .success(let number): leader = OpenCounter(slots, adopting: number)
            }
        }
        let group = leader?.descriptor.rawValue ?? -1
        let flags: PerfRequest.Flags = group < 0 ? [.disabled] : []
        switch open(event, code, flags, target, group) {
        case .failure(let refusal): return .missing(refusal)
        case .success(let number):
            let counter = OpenCounter(event, adopting: number)
            return withExtendedLifetime((leader, counter)) {
                trial(of: event, number, startedBy: group)
            }
        }
    }

    private func open(
        _ event: CounterEvent, _ code: EventCode, _ flags: PerfRequest.Flags,
        _ target: PerfTarget, _ leader: Int32
    ) -> Result<Int32, CounterRefusal> {
        let request = PerfRequest(code, scope: host.scope(of: event, code), flags)
        let number = calls.open(request, on: target, group: leader)
        guard number < 0 else { return .success(number) }
        let circumstances = CounterRefusal.Circumstances(
            descriptorLimit: DescriptorLimit.soft, isWide: target.isWide)
        return .failure(CounterRefusal(errno: -number, of: event, on: host, in: circumstances))
    }

    /// `leader`: whose start starts it, or -1.
    private func trial(
        of event: CounterEvent, _ descriptor: Int32, startedBy leader: Int32
    ) -> CounterVerdict.Finding {
        let judge = CounterJudge(event: event)
        let switched = leader < 0 ? descriptor : leader
        do throws(SystemCallFailure) {
            let short = try count(descriptor, switched, rounds: Self.rounds)
            var long = try count(descriptor, switched, rounds: 2 * Self.rounds)
            guard let short else { return .missing(judge.busy) }
            for _ in 0..<Self.patience {
                guard let found = long, judge.mustMove, found.count == 0 else { break }
                long = try count(descriptor, switched, rounds: Self.rounds)
            }
            guard let long else { return .missing(judge.busy) }
            return judge.finding(short, long)
        } catch {
            return .missing(
                CounterRefusal(
                    event: event.name, code: .unreadable, errno: error.errno,
                    message: "The count of \(event.name) cannot be read: \(error)."))
        }
    }

    /// The total after a further loop; `nil` when the kernel gave up on the event.
    private func count(
        _ descriptor: Int32, _ switched: Int32, rounds: UInt64
    ) throws(SystemCallFailure) -> PerfCount? {
        try calls.count(switched, true)
        calls.loop(rounds: rounds)
        try calls.count(switched, false)
        return try calls.read(descriptor)
    }
}
