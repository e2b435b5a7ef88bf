import AgentProtocol
import Analysis
package import FleetModel
package import Storage

/// Compares any two runs on request, from their stored samples.
package struct RunComparer: Sendable {
    let runs: RunStore
    let measurements: MeasurementStore
    let comparisons: ComparisonStore

    package init(
        runs: RunStore, measurements: MeasurementStore, comparisons: ComparisonStore
    ) {
        self.runs = runs
        self.measurements = measurements
        self.comparisons = comparisons
    }

    package enum Refusal: Error, Hashable, Sendable {
        /// Nothing of the run was measured.
        case nothingMeasured(RunID)
        /// Measured on different hosts or for different projects; the word says what differs.
        case notComparable(String)
    }

    /// Stores the comparison when `isKept`.
    /// - Throws: `Refusal`, and the stores' failures.
    package func compare(
        base: RunRecord, candidate: RunRecord, isKept: Bool, at now: ServerTime
    ) async throws -> ComparisonStore.Comparison {
        guard base.project == candidate.project else { throw Refusal.notComparable("project") }
        let first = try await side(of: base)
        let second = try await side(of: candidate)
        let hosts = Set(first.values.map(\.series.key.host))
        guard !hosts.isDisjoint(with: second.values.map(\.series.key.host)) else {
            throw Refusal.notComparable("host")
        }
        let floor = try await noiseFloor(of: Array(first.values) + Array(second.values))
        let maker = ComparisonMaker(
            policy: try RunPolicy(text: candidate.policy), hostClass: candidate.hostClass,
            comparisons: 1, isInterleaved: false, noiseFloor: floor)
        let made = maker.make(pairs(first, second))
        var random = SystemRandomNumberGenerator()
        let (direction, decision) = made.overall
        let comparison = ComparisonStore.Comparison(
            id: ComparisonID(at: now, using: &random), project: candidate.project, run: nil,
            base: .init(commit: base.commit, run: base.id),
            candidate: .init(commit: candidate.commit, run: candidate.id), direction: direction,
            decision: decision, reasons: made.reasons, policy: candidate.policy,
            engineVersion: EngineVersion.current, family: made.family, noiseFloor: floor,
            createdAt: now, rows: made.rows)
        if isKept { try await comparisons.store(comparison) }
        return comparison
    }

    private func side(
        of run: RunRecord
    ) async throws -> [ComparisonMaker.Name: Storage.MeasurementRecord] {
        let records = try await measurements.measurements(of: run.id, withSamples: true)
            .filter { $0.role == .candidate && $0.isCounted }
        guard !records.isEmpty else { throw Refusal.nothingMeasured(run.id) }
        return Dictionary(
            records.map { record in
                let key = record.series.key
                let name = ComparisonMaker.Name(
                    benchmark: key.benchmark, parameters: key.parameters, metric: key.metric)
                return (name, record)
            }, uniquingKeysWith: { first, _ in first })
    }

    /// More than an agent says of a host.
    private static let bytesMost = 1 << 20

    /// The largest that the measurements' attempts said of their hosts.
    private func noiseFloor(of records: [Storage.MeasurementRecord]) async throws -> Double? {
        var floors: [Double] = []
        for attempt in Set(records.map(\.attempt)) {
            for receipt in try await measurements.receipts(of: attempt)
            where receipt.kind == "environment" && receipt.body.utf8.count <= Self.bytesMost {
                // One that cannot be read, of another version perhaps, knows no floor.
                let record = try? WireCodec.decode(
                    EnvironmentRecord.self, from: Array(receipt.body.utf8))
                if let floor = record?.calibration?.noiseFloor { floors.append(floor) }
            }
        }
        return floors.max()
    }

    private func pairs(
        _ base: [ComparisonMaker.Name: Storage.MeasurementRecord],
        _ candidate: [ComparisonMaker.Name: Storage.MeasurementRecord]
    ) -> [ComparisonMaker.Pair] {
        let names = Set(base.keys).union(candidate.keys).sorted {
            ($0.benchmark, $0.parameters.canonicalText, $0.metric.name)
                < ($1.benchmark, $1.parameters.canonicalText, $1.metric.name)
        }
        return names.map { name in
            ComparisonMaker.Pair(
                name: name, base: base[name]?.block?.samples ?? [],
                candidate: candidate[name]?.block?.samples ?? [],
                series: candidate[name]?.series.id,
                isSteady: [base, candidate].allSatisfy { $0[name]?.stop != .neverSteady })
        }
    }
}
