import AgentProtocol
import FleetModel
import Storage

/// The samples of two sides, as pairs of what has the same name.
struct RunMaterial {
    let design: ComparisonMethod.Design
    let pairs: [ComparisonMaker.Pair]
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
        let (base, candidate) = (Self.byName(records, .base), Self.byName(records, .candidate))
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
            }.map(\.element.1))
    }

    /// Two runs, of which each commit was the candidate of its own.
    struct Separate {
        let material: RunMaterial
        let isBaseEmpty: Bool
        let isCandidateEmpty: Bool
        /// Something that both measured was measured by both on one host, or where they measured
        /// nothing in common, they have a host in common.
        let sharesHost: Bool
    }

    /// The cells of a matrix may have changed their hosts between two runs. What two hosts measured
    /// has no base; `asRatios`: it has what each measured in turns with.
    func separate(
        base: RunID, candidate: RunID, asRatios: Bool,
        admitting admits: (ComparisonMaker.Name) -> Bool = { _ in true }
    ) async throws -> Separate {
        let (first, second) = (try await counted(base), try await counted(candidate))
        let (older, newer) = (Self.byName(first, .candidate), Self.byName(second, .candidate))
        let failed = FailedCases(try await measurements.cases(of: candidate))
        let all = Self.pairs(older, newer, failed).filter { admits($0.name) }
        let both = all.map(\.name).filter { older[$0] != nil && newer[$0] != nil }
        let elsewhere = Set(both.filter { older[$0]?.host != newer[$0]?.host })
        let origins = (Self.byName(first, .base), Self.byName(second, .base))
        let pairs = all.map { pair in
            guard elsewhere.contains(pair.name) else { return pair }
            var pair = pair
            pair.isElsewhere = true
            if asRatios {
                pair.origins = (
                    Self.samples(origins.0[pair.name]), Self.samples(origins.1[pair.name])
                )
            } else {
                pair.base = []
            }
            return pair
        }
        let hosts = Set(older.values.map(\.host))
        return Separate(
            material: RunMaterial(
                design: asRatios && !elsewhere.isEmpty ? .acrossHosts : .separate, pairs: pairs),
            isBaseEmpty: older.isEmpty, isCandidateEmpty: newer.isEmpty,
            sharesHost: both.isEmpty
                ? !hosts.isDisjoint(with: newer.values.map(\.host))
                : elsewhere.count < both.count)
    }

    /// What a stored comparison was made from; nil where it is gone.
    func material(of old: ComparisonStore.Comparison) async throws -> RunMaterial? {
        guard let run = old.candidate.run else { return nil }
        guard old.method.design != .interleaved else { return try await interleaved(run) }
        guard let base = old.base.run else { return nil }
        let found = try await separate(
            base: base, candidate: run, asRatios: old.method.design == .acrossHosts)
        return found.isBaseEmpty || found.isCandidateEmpty ? nil : found.material
    }

    /// More than an agent says of a host.
    private static let bytesMost = 1 << 20

    /// With the noise floors of the hosts, as the attempts that measured them said.
    func withNoiseFloors(_ pairs: [ComparisonMaker.Pair]) async throws -> [ComparisonMaker.Pair] {
        var floors: [AttemptID: Double] = [:]
        for attempt in Set(pairs.flatMap(\.attempts)) {
            floors[attempt] = try await noiseFloor(of: attempt)
        }
        return pairs.map { pair in
            var pair = pair
            pair.noiseFloor = pair.attempts.compactMap { floors[$0] }.max()
            return pair
        }
    }

    private func noiseFloor(of attempt: AttemptID) async throws -> Double? {
        try await measurements.receipts(of: attempt).filter {
            $0.kind == "environment" && $0.body.utf8.count <= Self.bytesMost
        }.compactMap { receipt in
            // One that cannot be read, of another version perhaps, knows no floor.
            try? WireCodec.decode(EnvironmentRecord.self, from: Array(receipt.body.utf8))
                .calibration?.noiseFloor
        }.max()
    }

    private func counted(_ run: RunID) async throws -> [Storage.MeasurementRecord] {
        try await measurements.measurements(of: run, withSamples: true).filter(\.isCounted)
    }

    private static func byName(
        _ records: [Storage.MeasurementRecord], _ role: RevisionRole
    ) -> Records {
        Dictionary(
            records.filter { $0.role == role }.map { (ComparisonMaker.Name($0.series.key), $0) },
            uniquingKeysWith: { first, _ in first })
    }

    private static func samples(_ record: Storage.MeasurementRecord?) -> [SampleBlock.Sample] {
        record?.block?.samples ?? []
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
                name: name, base: samples(base[name]), candidate: samples(candidate[name]),
                series: candidate[name]?.series.id)
            pair.attempts = Set([base, candidate].compactMap { $0[name]?.attempt })
            pair.isSteady = [base, candidate].allSatisfy { $0[name]?.stop != .neverSteady }
            pair.isFailed = failed.admits(name)
            return pair
        }
    }
}

extension Storage.MeasurementRecord {
    fileprivate var host: HostID { series.key.host }
}
