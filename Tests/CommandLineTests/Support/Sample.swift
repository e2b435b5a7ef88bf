import ArgumentParser
import Foundation

@testable import CommandLine

/// Values as the API's replies give them.
enum Sample {
    static func decode<Value: Decodable>(_ tree: JSONTree, as type: Value.Type) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Value.self, from: Data(tree.text.utf8))
    }

    static func row(
        benchmark: String = "parse", metric: String = "time", unit: String = "s",
        medians: (base: Double, candidate: Double)? = (0.0124, 0.0134),
        shift: (Double, low: Double, high: Double)? = (0.081, 0.075, 0.088),
        p: Double? = 0.000_2, decision: String = "fail", direction: String = "regressed",
        reasons: [String] = [], watched: Bool = true, state: String = "compared",
        detectable: Double? = nil
    ) throws -> ComparisonRow {
        func side(_ median: Double?) -> JSONTree? {
            median.map { .object(["n": 20, "median": .number($0), "mad": .number($0 * 0.004)]) }
        }
        let interval: JSONTree? = shift.map {
            .object(["low": .number($0.low), "high": .number($0.high)])
        }
        return try decode(
            .members([
                "benchmark": .string(benchmark), "params": .object(["size": "64k"]),
                "metric": .string(metric), "unit": .string(unit), "better": "lower",
                "base": side(medians?.base), "candidate": side(medians?.candidate),
                "shift_rel": shift.map { .number($0.0) }, "ci_rel": interval,
                "p_adjusted": p.map { .number($0) }, "mde_rel": detectable.map { .number($0) },
                "threshold_rel": .number(0.03), "direction": .string(direction),
                "decision": .string(decision),
                "reasons": .array(reasons.map { .string($0) }), "state": .string(state),
                "watched": .bool(watched),
            ]), as: ComparisonRow.self)
    }

    static func run(
        state: String = "succeeded", commit: String = "92d06a9307224fe11f27fe0b20f34086cc3a7358",
        subject: String = "three", measured: Int64? = nil, failure: JSONTree? = nil
    ) throws -> Run {
        try decode(
            .members([
                "id": .string(SampleController.unclear), "commit": .string(commit),
                "subject": .string(subject), "author": "Sample Authors", "state": .string(state),
                "host_class": "default", "ref": "refs/heads/main", "failure": failure,
                "cases": measured.map { .object(["ok": .integer($0)]) },
                "created_us": 1_795_246_000_000_000, "started_us": 1_795_246_001_000_000,
                "finished_us": 1_795_246_081_000_000,
            ]), as: Run.self)
    }

    /// Without `rows` the run was compared with nothing.
    static func outcome(
        state: String = "succeeded", commit: String = "92d06a9307224fe11f27fe0b20f34086cc3a7358",
        subject: String = "three", measured: Int64? = nil, rows: [ComparisonRow]?,
        failure: JSONTree? = nil
    ) throws -> RunOutcome {
        var outcome = RunOutcome(
            run: try run(
                state: state, commit: commit, subject: subject, measured: measured,
                failure: failure),
            runTree: .null)
        if let rows {
            let tree = JSONTree.object(["id": "01a1"])
            outcome.comparison = Reply(
                value: try decode(tree, as: Comparison.self), tree: tree)
            outcome.rows = rows
        }
        return outcome
    }

    /// A session that talks to nobody.
    static func session(width: Int? = nil, isTerminal: Bool = false, color: Bool = false) throws
        -> Session
    {
        var surroundings = Surroundings(
            environment: ["LANG": "C.UTF-8", "FLEETMARK_SERVER": "https://fleet.example"],
            directory: "/", answer: MemorySink(), notices: MemorySink(),
            terminal: .init(
                width: width, noticesAreTerminal: isTerminal, inputIsTerminal: false))
        surroundings.nowMicroseconds = { 1_795_247_000_000_000 }
        let words = color ? ["--color", "always", "--utc"] : ["--color", "never", "--utc"]
        return Session(
            settings: try Settings(CommonOptions.parse(words), surroundings),
            surroundings: surroundings)
    }
}
