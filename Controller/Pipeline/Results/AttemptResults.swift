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

    struct Key: Hashable {
        let role: RevisionRole
        let benchmark: String
        let parameters: Parameters
        let metric: MetricIdentity
    }

    struct Measured {
        var samples: [SampleBlock.Sample] = []
        var stop: StopReason?
        fileprivate var reasons: Set<String> = []
        fileprivate var counter: CounterState?
        /// Summed up in nanoseconds, as numbers that cannot overflow.
        fileprivate var enabled = 0.0
        fileprivate var running = 0.0

        var quality: Storage.MeasurementRecord.Quality {
            .init(
                reasons: reasons.sorted(), counter: counter,
                runningShare: counter != nil && enabled > 0 ? min(1, running / enabled) : nil)
        }
    }

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
            default: break
            }
        }
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

    var storedCases: [MeasurementStore.Case] {
        cases.map { record in
            MeasurementStore.Case(
                role: record.role, benchmark: record.benchmark, parameters: record.parameters,
                state: record.state, problem: record.errorClass, message: record.message,
                iterations: record.iterations, stop: record.stop)
        }
    }

    /// Why the first benchmark that failed did.
    var firstFailure: Failure? {
        guard let record = cases.first(where: { $0.state == .failed }) else { return nil }
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
            marks[mark.iteration] = mark.validity
            reasons.insert(mark.reason)
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
