import AgentProtocol
import FleetModel
import Storage

/// The samples of two sides, as pairs of what has the same name.
struct RunMaterial {
    let design: ComparisonMethod.Design
    let pairs: [ComparisonMaker.Pair]
    let attempts: Set<AttemptID>
}

/// Reads stored samples of runs for a comparison. The rows of one run stand in the order in which
/// it measured, those of two in that of their names.
struct MaterialReader {
    let measurements: MeasurementStore

    private typealias Records = [ComparisonMaker.Name: Storage.MeasurementRecord]

    /// Both sides of one run; nil where it measured no base.
    func interleaved(_ run: RunID) async throws -> RunMaterial? {
        let material = try await sides(of: run)
        return material.pairs.allSatisfy(\.base.isEmpty) ? nil : material
    }

    /// Both sides of one run, of all its jobs; either may have nothing.
    func sides(of run: RunID) async throws -> RunMaterial {
        let records = try await counted(run)
        let base = Self.byName(records.filter { $0.role == .base })
        let candidate = Self.byName(records.filter { $0.role == .candidate })
        let cases = try await measurements.cases(of: run)
        let places = Dictionary(
            cases.enumerated().map { ($0.element.benchmark, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        let pairs = Self.pairs(base, candidate, FailedCases(cases))
        let order = pairs.map { places[$0.name.benchmark, default: .max] }
        return RunMaterial(
            design: .interleaved,
            pairs: zip(order, pairs).enumerated().sorted {
                ($0.element.0, $0.offset) < ($1.element.0, $1.offset)
            }.map(\.element.1), attempts: Set(records.map(\.attempt)))
    }

    /// Two runs, of which each commit was the candidate of its own.
    struct Separate {
        let material: RunMaterial
        let isBaseEmpty: Bool
        let isCandidateEmpty: Bool
        let sharesHost: Bool
    }

    func separate(base: RunID, candidate: RunID) async throws -> Separate {
        let (first, second) = (try await candidates(of: base), try await candidates(of: candidate))
        let hosts = Set(first.map(\.series.key.host))
        let failed = FailedCases(try await measurements.cases(of: candidate))
        let newer = Self.byName(second)
        // The cells of a matrix may have changed their hosts between two runs.
        let older = Self.byName(first).filter { name, record in
            newer[name].map { $0.series.key.host == record.series.key.host } ?? true
        }
        return Separate(
            material: RunMaterial(
                design: .separate, pairs: Self.pairs(older, newer, failed),
                attempts: Set((first + second).map(\.attempt))),
            isBaseEmpty: first.isEmpty, isCandidateEmpty: second.isEmpty,
            sharesHost: !hosts.isDisjoint(with: second.map(\.series.key.host)))
    }

    /// Two runs of different hosts, each with what it was measured in turns with.
    func acrossHosts(base: RunID, candidate: RunID) async throws -> RunMaterial {
        let (first, second) = (try await counted(base), try await counted(candidate))
        func samples(_ records: [Storage.MeasurementRecord], _ role: RevisionRole) -> Records {
            Self.byName(records.filter { $0.role == role })
        }
        let origins = (samples(first, .base), samples(second, .base))
        let failed = FailedCases(try await measurements.cases(of: candidate))
        let pairs = Self.pairs(samples(first, .candidate), samples(second, .candidate), failed)
        return RunMaterial(
            design: .acrossHosts,
            pairs: pairs.map { pair in
                var pair = pair
                pair.origins = (
                    origins.0[pair.name]?.block?.samples ?? [],
                    origins.1[pair.name]?.block?.samples ?? []
                )
                return pair
            }, attempts: Set((first + second).map(\.attempt)))
    }

    /// What a stored comparison was made from; nil where it is gone.
    func material(of old: ComparisonStore.Comparison) async throws -> RunMaterial? {
        guard let run = old.candidate.run else { return nil }
        guard old.method.design != .interleaved else { return try await interleaved(run) }
        guard let base = old.base.run else { return nil }
        if old.method.design == .acrossHosts {
            return try await acrossHosts(base: base, candidate: run)
        }
        let found = try await separate(base: base, candidate: run)
        return found.isBaseEmpty || found.isCandidateEmpty ? nil : found.material
    }

    /// More than an agent says of a host.
    private static let bytesMost = 1 << 20

    /// The largest that the attempts said of their hosts.
    func noiseFloor(of attempts: Set<AttemptID>) async throws -> Double? {
        var floors: [Double] = []
        for attempt in attempts {
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

    private func counted(_ run: RunID) async throws -> [Storage.MeasurementRecord] {
        try await measurements.measurements(of: run, withSamples: true).filter(\.isCounted)
    }

    private func candidates(of run: RunID) async throws -> [Storage.MeasurementRecord] {
        try await counted(run).filter { $0.role == .candidate }
    }

    private static func byName(_ records: [Storage.MeasurementRecord]) -> Records {
        Dictionary(
            records.map { (ComparisonMaker.Name($0.series.key), $0) },
            uniquingKeysWith: { first, _ in first })
    }

    private static func pairs(
        _ base: Records, _ candidate: Records, _ failed: FailedCases
    ) -> [ComparisonMaker.Pair] {
        let names = Set(base.keys).union(candidate.keys).sorted {
            ($0.benchmark, $0.parameters.canonicalText, $0.metric.name)
                < ($1.benchmark, $1.parameters.canonicalText, $1.metric.name)
        }
        return names.map { name in
            var pair = ComparisonMaker.Pair(
                name: name, base: base[name]?.block?.samples ?? [],
                candidate: candidate[name]?.block?.samples ?? [],
                series: candidate[name]?.series.id)
            pair.isSteady = [base, candidate].allSatisfy { $0[name]?.stop != .neverSteady }
            pair.isFailed = failed.admits(name)
            return pair
        }
    }
}
