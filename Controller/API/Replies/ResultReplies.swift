import Analysis
import FleetModel
import Pipeline
import Storage
import WebSupport

extension JSONValue {
    static func parameters(_ parameters: Parameters) -> JSONValue {
        .object(parameters.values.mapValues { .string($0) })
    }

    init(_ record: MeasurementRecord) {
        let key = record.series.key
        let figures = record.figures
        var members: [String: JSONValue?] = [
            "id": .string(record.id.text), "run_id": .string(record.run.text),
            "attempt_id": .string(record.attempt.text), "commit": .string(record.commit.text),
            "role": .string(record.role.rawValue), "benchmark": .string(key.benchmark),
            "params": .parameters(key.parameters), "metric": .string(key.metric.name),
            "unit": .string(key.metric.unit), "better": .string(key.metric.better.rawValue),
            "provider": .string(key.metric.provider.rawValue),
            "pmu": key.metric.pmu.map { .string($0) },
            "series_id": .string(record.series.id.text), "n": .integer(figures.count),
            "invalid_n": .integer(figures.invalidCount),
        ]
        let numbers: [(String, Double?)] = [
            ("min", figures.minimum), ("median", figures.median), ("mean", figures.mean),
            ("p90", figures.p90), ("p99", figures.p99), ("max", figures.maximum),
            ("mad", figures.mad),
        ]
        for (name, value) in numbers { members[name] = value.map { .real($0) } ?? .null }
        if let low = figures.low, let high = figures.high, let level = figures.level {
            members["ci"] = .object([
                "low": .real(low), "high": .real(high), "level": .real(level),
            ])
        }
        members["validity"] = .string(figures.validity.rawValue)
        members["reasons"] = .array(record.quality.reasons.map { .string($0) })
        members["counter"] = record.quality.counter.map { state in
            .members([
                "state": .string(state.rawValue),
                "running_share": record.quality.runningShare.map { .real($0) },
            ])
        }
        members["stop"] = record.stop.map { .string($0.rawValue) }
        members["samples"] = record.block.map { JSONValue($0) }
        self = .members(members)
    }

    init(_ block: SampleBlock) {
        let marked = block.samples.filter { $0.validity != .clean }
        self = .object([
            "values": .array(block.samples.map { .real($0.value) }),
            "iteration": .array(block.samples.map { .integer($0.iteration) }),
            "visit": .array(block.samples.map { .integer($0.visit) }),
            "validity": .array(
                marked.map {
                    .object([
                        "iteration": .integer($0.iteration),
                        "validity": .string($0.validity.rawValue),
                    ])
                }),
        ])
    }

    private static func policy(of comparison: ComparisonStore.Comparison) -> JSONValue {
        guard let policy = try? RunPolicy(text: comparison.policy) else { return .object([:]) }
        return .members([
            "name": .string(policy.name), "version": .integer(policy.version),
            "digest": policy.digest.map { .string($0) },
        ])
    }

    private static func warnings(of comparison: ComparisonStore.Comparison) -> [JSONValue] {
        let judged = comparison.rows.filter(\.isWatched)
        let texts = [
            (
                "no_noise_model",
                "Two attempts: how much the series varies is not known yet, so nothing is decided."
            ),
            ("across_hosts", "Two hosts: ratios of what each measured in pairs, warnings at most."),
            (
                "other_host",
                "Some rows were measured on another host than before and are not compared; "
                    + "across_hosts=ratio compares them where both runs have the same base."
            ),
        ]
        let found = texts.filter { reason, _ in judged.contains { $0.reasons.contains(reason) } }
            .map { JSONValue.object(["reason": .string($0), "text": .string($1)]) }
        return [PinnedReply.warning(on: judged)].compactMap(\.self) + found
    }

    /// `warnings`: of `ComparisonWarnings`, besides those that its rows tell.
    init(_ comparison: ComparisonStore.Comparison, warnings: [JSONValue]) {
        self.init(
            comparison, ComparisonStore.Counts(comparison.rows),
            warnings: Self.warnings(of: comparison) + warnings)
    }

    /// Warnings need rows, which are not at hand.
    init(_ listed: ComparisonStore.Listed) {
        self.init(listed.comparison, listed.counts, warnings: nil)
    }

    private init(
        _ comparison: ComparisonStore.Comparison, _ counts: ComparisonStore.Counts,
        warnings: [JSONValue]?
    ) {
        func state(_ state: String) -> JSONValue { .integer(counts.states[state] ?? 0) }
        func count(_ direction: Direction) -> JSONValue {
            .integer(counts.directions[direction] ?? 0)
        }
        self = .members([
            "id": .string(comparison.id.text),
            "project_id": .string(comparison.project.text),
            "base": JSONValue(comparison.base), "candidate": JSONValue(comparison.candidate),
            "direction": .string(comparison.direction.rawValue),
            "decision": .string(comparison.decision.rawValue),
            "reasons": .array(comparison.reasons.map { .string($0) }),
            "policy": Self.policy(of: comparison),
            "engine_version": .string(comparison.engineVersion),
            "family": .object([
                "method": .string(comparison.family.method), "q": .real(comparison.family.q),
                "m": .integer(comparison.family.size),
            ]),
            "counts": .object([
                "regressed": count(.regressed), "improved": count(.improved),
                "unchanged": count(.unchanged), "unclear": count(.unclear),
                "failed": state("failed"), "missing_base": state("missing_base"),
                "missing_candidate": state("missing_candidate"),
            ]),
            "design": .string(comparison.method.design.rawValue),
            "test": .string(comparison.method.test), "level": .real(comparison.method.level),
            "seed": .integer(comparison.method.seed),
            "replaces": comparison.replaces.map { .string($0.text) },
            "warnings": warnings.map { .array($0) },
            "noise_floor_rel": comparison.noiseFloor.map { .real($0) },
            "created_us": .integer(comparison.createdAt.microseconds),
        ])
    }

    init(_ side: ComparisonStore.Side) {
        self = .object([
            "kind": .string(side.run == nil ? "commit" : "run"),
            "run_ids": .array(side.run.map { [.string($0.text)] } ?? []),
            "commit": .string(side.commit.text), "label": .string(side.commit.short),
        ])
    }

    init(_ row: ComparisonStore.RowRecord) {
        var members: [String: JSONValue?] = [
            "benchmark": .string(row.benchmark), "params": .parameters(row.parameters),
            "metric": .string(row.metric.name), "unit": .string(row.metric.unit),
            "better": .string(row.metric.better.rawValue),
            "provider": .string(row.metric.provider.rawValue),
            "host_class": .string(row.hostClass), "watched": .bool(row.isWatched),
            "base": row.base.map { JSONValue($0) },
            "candidate": row.candidate.map { JSONValue($0) }, "test": .string(row.proof.test),
            "paired": .bool(row.proof.isPaired), "direction": .string(row.direction.rawValue),
            "decision": .string(row.decision.rawValue),
            "reasons": .array(row.reasons.map { .string($0) }), "state": .string(row.state),
            "series_id": row.series.map { .string($0.text) },
        ]
        let numbers: [(String, Double?)] = [
            ("shift", row.shift?.absolute), ("shift_rel", row.shift?.relative), ("p", row.p),
            ("p_adjusted", row.adjustedP), ("cliffs_delta", row.cliffsDelta),
            ("mde_rel", row.detectable), ("threshold_rel", row.threshold),
            ("noise_rel", row.proof.noise), ("noise_floor_rel", row.proof.noiseFloor),
        ]
        for (name, value) in numbers { members[name] = value.map { .real($0) } }
        members["pinned"] = row.pinned.map(PinnedReply.value)
        members["noise_class"] = row.proof.noise.map { .string(NoiseWord.of($0)) }
        if let shift = row.shift, let low = shift.low, let high = shift.high {
            members["ci_rel"] = .object([
                "low": .real(low), "high": .real(high), "level": .real(shift.level),
            ])
        }
        self = .members(members)
    }

    init(_ stat: ComparisonStore.Stat) {
        self = .object([
            "n": .integer(stat.count), "median": .real(stat.median), "mad": .real(stat.mad),
        ])
    }
}
