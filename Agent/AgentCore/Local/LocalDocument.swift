import AgentProtocol
import Analysis
import BenchmarkRunner
import FleetModel
import FoundationEssentials
import ProjectFile

/// The answer of a local measurement: `fleetmark.results.v1` of what was measured, with what it was
/// compared with, how each benchmark went, and the receipt of how it was kept apart.
struct LocalDocument {
    let project: LocalProject
    let candidate: LocalSnapshot.Side
    let base: LocalSnapshot.Side?
    let results: LocalResults
    let receipts: [BatchRecord]
    let limits: [LocalLimit]
    let kept: [String]
    /// How the matrix cells ended.
    let ends: [LocalEnd]

    /// One line of JSON; the schema stands first.
    func json() throws -> [UInt8] {
        var members: [String: JSONValue] = [
            "results": .array(results.order.filter { $0.role == .candidate }.map(result)),
            "errors": .array(errors), "project": .string(project.name),
            "candidate": side(candidate), "benchmarks": .array(benchmarks),
            "build": .array(results.steps.map(step)), "notes": .array(results.notes.map(note)),
            "receipt": .object([
                "records": .array(try receipts.map(Self.value)),
                "limits": .array(limits.map(limit)),
            ]),
            "artifacts": .array(kept.map { .string($0) }),
        ]
        if let base {
            var sides = side(base).members
            sides["results"] = .array(results.order.filter { $0.role == .base }.map(result))
            members["base"] = .object(sides)
            members["comparison"] = comparison
        }
        let body = try WireCodec.encode(JSONValue.object(members))
        return Array("{\"schema\":\"fleetmark.results.v1\",".utf8) + body.dropFirst() + [0x0A]
    }

    private func side(_ side: LocalSnapshot.Side) -> JSONValue {
        .object([
            "label": .string(side.label),
            "commit": side.revision.map { .string($0) } ?? .null,
            "changed": .bool(side.isChanged),
        ])
    }

    // MARK: - Results

    private func result(_ key: LocalResults.Key) -> JSONValue {
        let measured = results.measured[key] ?? LocalResults.Measured()
        let valid = measured.samples.filter { $0.validity != .invalid && $0.value.isFinite }
        var members: [String: JSONValue] = [
            "name": .string(key.name.benchmark),
            "params": Self.object(key.name.parameters),
            "metric": .string(key.name.metric.name), "unit": .string(key.name.metric.unit),
            "direction": .string(key.name.metric.better.rawValue),
            "provider": .string(key.name.metric.provider.rawValue),
            "samples": .array(valid.map { .number($0.value) }),
            "groups": .array(valid.map { .integer($0.visit) }),
            "invalid_n": .integer(Int64(measured.samples.count - valid.count)),
            "reasons": .array(
                measured.reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                    .map { .string($0.key) }),
        ]
        if let stop = results.stop(of: key) { members["stop"] = .string(stop.rawValue) }
        if let counter = measured.counter { members["counter"] = .string(counter) }
        if let summary = SampleSummary(measured.samples) {
            members.merge(Self.figures(summary)) { _, figure in figure }
        } else {
            members["validity"] = .string(Validity.invalid.rawValue)
        }
        return .object(members)
    }

    private static func figures(_ summary: SampleSummary) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "value": .number(summary.median), "statistic": "median",
            "validity": .string(summary.validity.rawValue),
            "stats": .object([
                "min": .number(summary.minimum), "max": .number(summary.maximum),
                "mean": .number(summary.mean), "mad": .number(summary.mad),
            ]),
        ]
        if let interval = summary.interval {
            members["ci"] = .object([
                "low": .number(interval.low), "high": .number(interval.high),
                "level": .number(interval.level),
            ])
        }
        return members
    }

    private static func object(_ parameters: Parameters) -> JSONValue {
        .object(parameters.values.mapValues { .string($0) })
    }

    // MARK: - How it went

    private var errors: [JSONValue] {
        var found = results.cases.filter { $0.end.state != .ok }.map { entry, end in
            JSONValue.object([
                "class": .string(end.errorClass ?? end.state.rawValue),
                "name": .string(end.of.benchmark), "role": .string(end.of.role.rawValue),
                "message": .string(end.message ?? end.state.rawValue),
            ])
        }
        for end in ends {
            guard let failure = end.end.failure else { continue }
            var members: [String: JSONValue] = [
                "class": .string(failure.detail.rawValue), "message": .string(failure.message),
            ]
            if end.cell != .none { members["cell"] = Self.object(end.cell) }
            found.append(.object(members))
        }
        return found
    }

    /// The entries of the file as they were executed.
    private var benchmarks: [JSONValue] {
        var order: [LocalResults.Entry] = []
        for (entry, _) in results.cases where !order.contains(entry) { order.append(entry) }
        return order.map { entry in
            let ends = results.cases.filter { $0.entry == entry && $0.end.of.role == .candidate }
                .map(\.end)
            let names = Set(ends.map(\.of.benchmark))
            let metrics = results.order.filter { names.contains($0.name.benchmark) }
                .map(\.name.metric.name)
            let format = project.file.benchmarks.first { $0.name == entry.name }?.format
            return .object([
                "name": .string(entry.name), "format": .string(format ?? ""),
                "state": .string(Self.state(of: ends).rawValue),
                "results": .integer(Int64(ends.count { $0.state == .ok })),
                "metrics": .array(Self.distinct(metrics).map { .string($0) }),
                "elapsed_ns": .integer(results.elapsed[entry] ?? 0),
                "message": ends.first { $0.state != .ok }?.message.map { .string($0) } ?? .null,
            ])
        }
    }

    private static func state(of ends: [CaseEnd]) -> CaseState {
        let states = ends.map(\.state)
        return [.failed, .invalid, .skipped].first(where: states.contains) ?? .ok
    }

    private static func distinct(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    private func step(_ step: LocalResults.Step) -> JSONValue {
        .object([
            "phase": .string(step.phase.rawValue), "role": .string(step.role.rawValue),
            "elapsed_ns": .integer(step.nanoseconds),
        ])
    }

    private func note(_ note: RunnerNote) -> JSONValue {
        .object(["level": .string(note.level.rawValue), "text": .string(note.text)])
    }

    private func limit(_ limit: LocalLimit) -> JSONValue {
        .object([
            "code": .string(limit.code), "message": .string(limit.message),
            "advice": .string(limit.advice),
        ])
    }

    private static func value(_ record: BatchRecord) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(try WireCodec.encode(record)))
    }

    // MARK: - Comparison

    /// In the words of the API's comparisons.
    private var comparison: JSONValue {
        let judge = LocalJudge(results, by: project.file)
        let (direction, decision) = Judgement.overall(judge.judged)
        let reasons = Set(judge.judged.flatMap(\.reasons)).sorted()
        return .object([
            "engine": .string(EngineVersion.current), "direction": .string(direction.rawValue),
            "decision": .string(decision.rawValue),
            "reasons": .array(reasons.map { .string($0) }),
            "rows": .array(judge.rows.map(\.value)),
        ])
    }
}

extension JSONValue {
    fileprivate var members: [String: JSONValue] {
        guard case .object(let members) = self else { return [:] }
        return members
    }

    /// `null` for what JSON cannot say.
    fileprivate static func finite(_ value: Double?) -> JSONValue {
        value.flatMap { $0.isFinite ? .number($0) : nil } ?? .null
    }
}

extension LocalJudge.Row {
    fileprivate var value: JSONValue {
        let effect = evidence.effect
        return .object([
            "benchmark": .string(name.benchmark),
            "params": .object(name.parameters.values.mapValues { .string($0) }),
            "metric": .string(name.metric.name), "unit": .string(name.metric.unit),
            "better": .string(name.metric.better.rawValue),
            "provider": .string(name.metric.provider.rawValue),
            "base": Self.value(evidence.base), "candidate": Self.value(evidence.candidate),
            "shift_rel": .finite(effect?.relative),
            "ci_rel": isExact
                ? .null : .object(["low": .finite(effect?.low), "high": .finite(effect?.high)]),
            "p": isExact ? .null : .finite(evidence.p), "p_adjusted": .finite(adjustedP),
            "mde_rel": .finite(evidence.detectable), "noise_rel": .finite(evidence.noise),
            "threshold_rel": isWatched ? .finite(threshold) : .null,
            "direction": .string(judgement.direction.rawValue),
            "decision": .string(judgement.decision.rawValue),
            "reasons": .array(judgement.reasons.map { .string($0) }),
            "state": .string(state), "watched": .bool(isWatched),
        ])
    }

    private static func value(_ side: SideStatistic?) -> JSONValue {
        guard let side else { return .null }
        return .object([
            "n": .integer(Int64(side.samples)), "median": .finite(side.median),
            "mad": .finite(side.mad),
        ])
    }
}
