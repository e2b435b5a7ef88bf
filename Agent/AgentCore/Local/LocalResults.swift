import BenchmarkRunner
import FleetModel

/// What attempts on this machine measured, put together from their events.
struct LocalResults: Sendable {
    struct Name: Hashable, Sendable {
        let benchmark: String
        let parameters: Parameters
        let metric: MetricIdentity
    }

    struct Key: Hashable, Sendable {
        let role: RevisionRole
        let name: Name
    }

    struct Measured: Sendable {
        var samples: [SampleBlock.Sample] = []
        /// How often each mark reason stands.
        var reasons: [String: Int] = [:]
        var counter: String?
        /// Of the file; what it says of the metric holds.
        var entry: String?
    }

    /// One entry of the file in one attempt.
    struct Entry: Hashable, Sendable {
        let attempt: Int
        let name: String
    }

    struct Step: Sendable {
        let phase: AttemptPhase
        let role: RevisionRole
        let nanoseconds: Int64
    }

    private(set) var measured: [Key: Measured] = [:]
    /// In the order in which they were first heard of.
    private(set) var order: [Key] = []
    private(set) var cases: [(entry: Entry, end: CaseEnd)] = []
    /// How long each entry took with everything around its executions.
    private(set) var elapsed: [Entry: Int64] = [:]
    private(set) var steps: [Step] = []
    private(set) var notes: [RunnerNote] = []
    private var current: (entry: Entry, since: Int64)?
    private var attempt = 0

    /// Another matrix cell begins; its clock begins anew.
    mutating func beginAttempt() {
        attempt += 1
        current = nil
    }

    mutating func add(_ event: RunnerEvent, at nanoseconds: Int64) {
        switch event {
        case .measurement(let values): add(values)
        case .caseEnded(let end):
            let entry = current?.entry ?? Entry(attempt: attempt, name: end.of.benchmark)
            cases.append((entry, end))
            if let current { elapsed[current.entry] = nanoseconds - current.since }
        case .phase(let event):
            guard let role = event.role, let took = event.durationNanoseconds else { return }
            steps.append(Step(phase: event.phase, role: role, nanoseconds: took))
        case .note(let note): notes.append(note)
        default: break
        }
    }

    /// What is worked on now.
    mutating func note(_ progress: RunnerProgress, at nanoseconds: Int64) {
        guard let name = progress.benchmark else { return }
        let entry = Entry(attempt: attempt, name: name)
        guard current?.entry != entry else { return }
        current = (entry, nanoseconds)
    }

    private mutating func add(_ values: MeasuredValues) {
        guard !values.isWarmup else { return }
        let key = Key(
            role: values.of.role,
            name: Name(
                benchmark: values.of.benchmark, parameters: values.of.parameters,
                metric: values.metric))
        if measured[key] == nil { order.append(key) }
        measured[key, default: Measured(entry: current?.entry.name)].add(values)
    }

    /// Why repeating stopped.
    func stop(of key: Key) -> StopReason? {
        cases.last {
            $0.end.of.role == key.role && $0.end.of.benchmark == key.name.benchmark
                && $0.end.of.parameters == key.name.parameters
        }?.end.stop
    }

    func count(_ state: CaseState) -> Int { cases.count { $0.end.state == state } }
}

extension LocalResults.Measured {
    fileprivate mutating func add(_ values: MeasuredValues) {
        var validity: [Int64: Validity] = [:]
        for mark in values.marks {
            // The worst of several counts.
            let before = validity[mark.iteration] ?? .clean
            validity[mark.iteration] = before.code > mark.validity.code ? before : mark.validity
            reasons[mark.reason, default: 0] += 1
        }
        for (index, value) in values.values.enumerated() {
            let iteration = values.iteration + Int64(index)
            samples.append(
                SampleBlock.Sample(
                    iteration: iteration, visit: Int64(values.visit), value: value,
                    validity: validity[iteration] ?? .clean))
        }
        let states = [counter, values.counter?.state].compactMap { $0 }
        counter = states.compactMap(CounterState.init(rawValue:)).max()?.rawValue
    }
}
