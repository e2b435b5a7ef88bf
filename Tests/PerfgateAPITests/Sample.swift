@testable import PerfgateAPI
@testable import WebSupport

/// Bodies of calls as perfgate's client sends them.
enum Sample {
    static func json(_ text: String) -> JSONValue {
        guard let value = try? JSONParser.parse(Array(text.utf8)) else {
            preconditionFailure("a sample is no JSON: \(text)")
        }
        return value
    }

    static func receipt(wall: UInt64 = 100) -> JSONValue {
        json(
            """
            {"schema":"perfgate.run.v1","tool":{"name":"perfgate","version":"0.18.1"},
             "run":{"id":"r1","started_at":"2026-01-01T00:00:00Z","ended_at":"2026-01-01T00:00:01Z",
                    "host":{"os":"linux","arch":"x86_64","cpu_count":8,"memory_bytes":null}},
             "bench":{"name":"b","command":["true"],"repeat":1,"warmup":0},
             "samples":[{"wall_ms":\(wall),"exit_code":0,"cpu_ms":18446744073709551615}],
             "stats":{"wall_ms":{"median":\(wall),"min":\(wall),"max":\(wall),"mean":\(wall)}}}
            """)
    }

    static func upload(
        _ benchmark: String = "web-home", _ version: String? = "v1", wall: UInt64 = 100,
        tags: [JSONValue] = []
    ) -> JSONValue {
        json(
            """
            {"git_ref":null,"git_sha":null,"metadata":{},"normalize":false}
            """
        ).with("benchmark", .string(benchmark))
            .with("version", version.map { JSONValue.string($0) } ?? .null)
            .with("tags", .array(tags)).with("receipt", receipt(wall: wall))
    }

    static func promotion(_ source: String, _ target: String) -> JSONValue {
        .object([
            "from_version": .string(source), "to_version": .string(target), "tags": .array([]),
        ])
    }

    static func verdict(
        _ benchmark: String = "web-home", status: String = "pass", variation: Double? = nil
    ) -> JSONValue {
        json(
            """
            {"run_id":"run-1","counts":{"pass":1,"warn":0,"fail":0,"skip":4294967295},
             "reasons":["wall_ms_warn","a \\"quoted\\" one"],"git_ref":"main","git_sha":null}
            """
        ).with("benchmark", .string(benchmark)).with("status", .string(status))
            .with("wall_ms_cv", variation.map { JSONValue.real($0) } ?? .null)
    }

    private static let tool = #"{"name":"perfgate","version":"0.18.1"}"#
    private static let run = """
        {"id":"r1","started_at":"a","ended_at":"b","host":{"os":"linux","arch":"x86_64"}}
        """

    /// Accepted by the rules that are named; without any it is accepted by none.
    static func decision(
        scenario: String? = "checkout", status: String = "pass", verdict: String = "warn",
        rules: [String] = ["faster"], review: Bool = false
    ) -> JSONValue {
        let outcomes =
            rules.map {
                JSONValue.object(["name": .string($0), "status": "accepted", "accepted": true])
            } + [JSONValue.object(["name": "kept", "status": "rejected", "accepted": false])]
        let tradeoff = json(
            """
            {"schema":"perfgate.tradeoff.v1","tool":\(tool),"run":\(run),
             "decision":{"accepted_tradeoff":true,"review_required":\(review),
                         "review_reasons":["look"],"status":"\(status)","reason":"so"},
             "verdict":{"status":"\(verdict)",
                        "counts":{"pass":1,"warn":1,"fail":0,"skip":0},"reasons":[]},
             "weighted_deltas":{"wall_ms":{"baseline":10,"current":12.5,"ratio":1.25,"pct":0.25,
                                "regression":0.25,"statistic":"median","status":"warn"}},
             "warnings":[]}
            """
        ).with("rules", .array(outcomes)).with("scenario", scenario.map { JSONValue.string($0) })
        return .object(["tradeoff": tradeoff, "git_ref": "main"])
    }

    static let scenario = json(
        """
        {"schema":"perfgate.scenario.v1","tool":\(tool),"run":\(run),
         "scenario":{"name":"from the scenario","weight":1},
         "components":[{"name":"c","weight":0.5,"status":"pass"}],
         "verdict":{"status":"pass","counts":{"pass":1,"warn":0,"fail":0,"skip":0},"reasons":[]}}
        """)

    static let index = json(
        """
        {"schema":"perfgate.decision_index.v1","scenario":"s.json","tradeoff":"t.json",
         "probe_compares":[],"compare_receipts":["c.json"]}
        """)

    static func event(
        _ changes: [JSONValue], delta: Double, of project: String = "demo",
        benchmark: String = "web-home"
    ) -> JSONValue {
        .object([
            "project": .string(project), "benchmark": .string(benchmark),
            "dependency_changes": .array(changes), "metric": "wall_ms", "delta_pct": .real(delta),
        ])
    }

    static func change(_ name: String, _ old: String?, _ new: String?) -> JSONValue {
        .members([
            "name": .string(name), "old_version": old.map { .string($0) },
            "new_version": new.map { .string($0) },
        ])
    }
}
