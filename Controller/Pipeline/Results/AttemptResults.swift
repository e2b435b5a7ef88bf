import AgentProtocol
import FleetModel
import Storage

/// What one attempt measured, put together from its batches.
struct AttemptResults {
    private(set) var measurements: [Key: Measured] = [:]
    /// In the order in which they were first heard of.
    private(set) var order: [Key] = []
    private(set) var cases: [CaseRecord] = []
    private(set) var receipts: [(kind: String, body: String)] = []
    private(set) var signals: [MeasurementStore.Signal] = []
    private(set) var canaries: [CanaryResult] = []
    private var pinned: [Place: [LockedDependency]] = [:]
    private var versions = 0

    private struct Place: Hashable {
        let role: RevisionRole
        let lockfile: String
    }

    struct Key: Hashable {
        let role: RevisionRole
        let benchmark: String
        let parameters: Parameters
        let metric: MetricIdentity
    }

    struct Measured {
        var samples: [SampleBlock.Sample] = []
        /// How often each mark reason stands in each visit, once a sample.
        fileprivate var reasons: [Int64: [String: Int]] = [:]
        fileprivate var counter: CounterState?
        /// Summed up in nanoseconds, as numbers that cannot overflow.
        fileprivate var enabled = 0.0
        fileprivate var running = 0.0

        var quality: Storage.MeasurementRecord.Quality {
            let counts = reasons.values.reduce(into: [:]) { sum, visit in
                sum.merge(visit) { $0 + $1 }
            }
            return .init(
                reasons: counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key),
                counter: counter,
                runningShare: counter != nil && enabled > 0 ? min(1, running / enabled) : nil)
        }
    }

    /// Signals of more repetitions are not kept.
    private static let signalLimit = 20_000
    /// More than an agent of ours sends for both sides.
    private static let versionLimit = 400_000

    /// - Throws: `RecordProblem` for bytes that ingest should have refused.
    mutating func add(batch bytes: [UInt8]) throws {
        let batch = try BatchRequest.decode(bytes: bytes, limits: .standard)
        for record in batch.records {
            switch record {
            case .measurement(let measurement): add(measurement)
            case .case(let record): add(record)
            case .isolation: try keep(record, as: "isolation")
            case .environment: try keep(record, as: "environment")
            case .counters: try keep(record, as: "counters")
            case .signals(let record): add(record)
            case .canary(let record): canaries.append(CanaryResult(record))
            case .dependencies(let record):
                // A long list comes in parts.
                guard versions <= Self.versionLimit else { continue }
                versions += record.items.count
                pinned[Place(role: record.role, lockfile: record.lockfile), default: []] +=
                    record.items.map(\.dependency)
            default: break
            }
        }
    }

    /// What is judged of a measurement: what was warm-up still stays in the batch alone, as all
    /// other warm-up does.
    func judged(_ key: Key) -> Measured? {
        guard var measured = measurements[key] else { return nil }
        guard let first = ending(of: key)?.firstVisit.map(Int64.init) else { return measured }
        // An agent that leaves out everything is not believed.
        guard measured.samples.contains(where: { $0.visit >= first }) else { return measured }
        measured.samples.removeAll { $0.visit < first }
        measured.reasons = measured.reasons.filter { $0.key >= first }
        return measured
    }

    private mutating func keep(_ record: BatchRecord, as kind: String) throws {
        receipts.append((kind, String(decoding: try WireCodec.encode(record), as: UTF8.self)))
    }

    private mutating func add(_ record: AgentProtocol.MeasurementRecord) {
        guard record.phase == .measure else { return }
        let key = Key(
            role: record.role, benchmark: record.benchmark, parameters: record.parameters,
            metric: MetricIdentity(
                name: record.metric, unit: record.unit, better: record.better,
                provider: record.provider, pmu: record.pmu))
        if measurements[key] == nil { order.append(key) }
        measurements[key, default: Measured()].add(record)
    }

    private mutating func add(_ record: CaseRecord) {
        cases.append(record)
    }

    private mutating func add(_ record: SignalsRecord) {
        guard signals.count < Self.signalLimit else { return }
        signals.append(
            MeasurementStore.Signal(
                role: record.role, benchmark: record.benchmark,
                parameters: record.parameters ?? .none, iteration: record.iteration,
                validity: record.validity, reasons: record.reasons, values: record.signals,
                others: (record.others ?? []).map {
                    .init(group: $0.group, milliseconds: $0.milliseconds)
                }))
    }

    /// Why the agent stopped repeating the benchmark that a measurement is of.
    func stop(of key: Key) -> StopReason? { ending(of: key)?.stop }

    private func ending(of key: Key) -> CaseRecord? {
        cases.last {
            $0.role == key.role && $0.benchmark == key.benchmark && $0.parameters == key.parameters
        }
    }

    var lockfiles: [DependencyStore.Lockfile] {
        pinned.map {
            DependencyStore.Lockfile(role: $0.key.role, path: $0.key.lockfile, versions: $0.value)
        }
    }

    var storedCases: [MeasurementStore.Case] {
        cases.map { record in
            MeasurementStore.Case(
                role: record.role, benchmark: record.benchmark, parameters: record.parameters,
                state: record.state, problem: record.errorClass, message: record.message,
                iterations: record.iterations, stop: record.stop,
                halfWidth: record.halfWidthShare)
        }
    }

    /// Why the first benchmark that failed did; of disturbed ones if none failed.
    var firstFailure: Failure? {
        guard let record = cases.first(where: { $0.state == .failed }) else {
            return cases.first { $0.state == .invalid }.map {
                Failure(
                    .infraHost, .other, "\($0.benchmark): \($0.message ?? "only invalid samples")")
            }
        }
        let detail = record.errorClass.flatMap { FailureDetail(rawValue: $0) } ?? .badOutput
        return Failure(
            .jobError, detail, "\(record.benchmark): \(record.message ?? "failed")")
    }

    /// How the attempt's benchmarks ended; both sides of a comparison count.
    var caseCounts: CaseCounts {
        func count(_ state: CaseState) -> Int { cases.filter { $0.state == state }.count }
        return CaseCounts(
            ok: count(.ok), failed: count(.failed), invalid: count(.invalid),
            skipped: count(.skipped))
    }
}

extension AttemptResults.Measured {
    fileprivate mutating func add(_ record: AgentProtocol.MeasurementRecord) {
        var marks: [Int64: Validity] = [:]
        for mark in record.marks ?? [] {
            // The worst of several counts.
            let before = marks[mark.iteration] ?? .clean
            marks[mark.iteration] = before.code > mark.validity.code ? before : mark.validity
            reasons[Int64(record.visit ?? 0), default: [:]][mark.reason, default: 0] += 1
        }
        for (index, number) in record.values.enumerated() {
            let iteration = record.iteration + Int64(index)
            samples.append(
                SampleBlock.Sample(
                    iteration: iteration, visit: Int64(record.visit ?? 0), value: number.value,
                    validity: marks[iteration] ?? .clean))
        }
        counter = [counter, record.counter?.state].compactMap { $0 }.max()
        for time in record.enabled ?? [] { enabled += Double(time.count) }
        for time in record.running ?? [] { running += Double(time.count) }
    }
}
