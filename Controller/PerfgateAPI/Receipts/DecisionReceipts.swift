import Storage
import WebSupport

/// The receipts that a decision rests on: their forms, and what the ledger takes out of them.
///
/// Source: perfgate contract, §7.
enum DecisionReceipts {
    private static let outcome = ReceiptShape.word(Outcome.words)

    private static let texts = ReceiptShape.list(.text)

    private static let verdict = ReceiptShape.object([
        .needed("status", outcome),
        .needed(
            "counts",
            .object([
                .needed("pass", .unsigned32), .needed("warn", .unsigned32),
                .needed("fail", .unsigned32), .needed("skip", .unsigned32),
            ])), .needed("reasons", texts),
    ])

    private static let reference = ReceiptShape.object([
        .maybe("path", .text), .maybe("run_id", .text),
    ])

    private static let significance = ReceiptShape.object([
        .needed("test", .word(["welch_t"])), .needed("p_value", .realOrNull),
        .needed("alpha", .real), .needed("significant", .flag),
        .needed("baseline_samples", .unsigned32), .needed("current_samples", .unsigned32),
        .maybe("ci_lower", .real), .maybe("ci_upper", .real),
    ])

    private static let delta = ReceiptShape.object([
        .needed("baseline", .real), .needed("current", .real), .needed("ratio", .real),
        .needed("pct", .real), .needed("regression", .real), .maybe("cv", .real),
        .maybe("noise_threshold", .real),
        ReceiptField(
            name: "statistic", shape: .word(["median", "p95"]), presence: .unless("\"median\"")),
        .maybe("significance", significance), .needed("status", outcome),
    ])

    private static let deltas = ReceiptShape.map(delta)
    private static let lowering = ReceiptShape.word(["warn", "pass"])

    private static let rule = ReceiptShape.object([
        .needed("name", .text), .needed("if_failed", .text),
        .needed(
            "require",
            .list(
                .object([
                    .needed("metric", .text), .maybe("probe", .text),
                    .needed("min_improvement_ratio", .real),
                ]))),
        .maybe(
            "allow",
            .list(
                .object([
                    .needed("metric", .text), .needed("probe", .text),
                    .needed("max_regression", .real),
                ]))),
        ReceiptField(name: "downgrade_to", shape: lowering, presence: .usual("\"warn\"")),
    ])

    private static let ruleOutcome = ReceiptShape.object([
        .needed("name", .text),
        .needed("status", .word(["accepted", "rejected", "needs_review", "not_evaluated"])),
        .needed("accepted", .flag), .maybe("downgrade_to", lowering), .maybe("reason", .text),
        .maybe(
            "requirements",
            .list(
                .object([
                    .needed("metric", .text), .maybe("probe", .text),
                    .needed("required_change", .real), .maybe("observed_change", .real),
                    .needed("satisfied", .flag), .needed("status", .text), .maybe("reason", .text),
                ]))),
        .maybe(
            "allowances",
            .list(
                .object([
                    .needed("metric", .text), .needed("probe", .text),
                    .needed("max_regression", .real), .maybe("observed_regression", .real),
                    .needed("satisfied", .flag), .needed("status", .text), .maybe("reason", .text),
                ]))),
    ])

    private static let probeOutcome = ReceiptShape.object([
        .needed("name", .text),
        .maybe("scope", .word(["local", "enclosing", "dominant", "total"])),
        .maybe("weight", .real), .maybe("deltas", deltas), .needed("status", outcome),
        .maybe("reason", .text),
    ])

    static let tradeoff = ReceiptShape.object([
        .needed("schema", .text), .needed("tool", RunReceipt.tool), .needed("run", RunReceipt.run),
        .maybe("scenario", .text), .maybe("baseline_ref", reference),
        .maybe("current_ref", reference), .maybe("configured_rules", .list(rule)),
        .needed("rules", .list(ruleOutcome)), .maybe("probes", .list(probeOutcome)),
        .maybe("weighted_deltas", deltas),
        .needed(
            "decision",
            .object([
                .needed("accepted_tradeoff", .flag),
                ReceiptField(name: "review_required", shape: .flag, presence: .usual("false")),
                .maybe("review_reasons", texts), .needed("status", outcome),
                .needed("reason", .text),
            ])), .needed("verdict", verdict), .maybe("warnings", texts),
    ])

    private static let component = ReceiptShape.object([
        .needed("name", .text), .needed("weight", .real), .maybe("benchmark", .text),
        .maybe("compare_ref", reference), .maybe("probe_compare_ref", reference),
        .maybe("deltas", deltas), .maybe("probes", texts), .needed("status", outcome),
        .maybe("reasons", texts),
    ])

    static let scenario = ReceiptShape.object([
        .needed("schema", .text), .needed("tool", RunReceipt.tool), .needed("run", RunReceipt.run),
        .needed(
            "scenario",
            .object([
                .needed("name", .text), .needed("weight", .real), .maybe("description", .text),
                .maybe("command", texts),
            ])), .maybe("baseline_ref", reference), .maybe("current_ref", reference),
        .needed("components", .list(component)), .maybe("weighted_deltas", deltas),
        .needed("verdict", verdict), .maybe("warnings", texts),
    ])

    static let index = ReceiptShape.object([
        .needed("schema", .text), .needed("scenario", .text), .needed("tradeoff", .text),
        .needed("probe_compares", texts), .needed("compare_receipts", texts),
    ])

    /// What the ledger says of a decision; the receipts have their forms.
    static func facts(tradeoff: JSONValue, scenario: JSONValue?) -> LedgerStore.Facts {
        let decision = tradeoff["decision"]
        return LedgerStore.Facts(
            scenario: tradeoff["scenario"].textOrNil
                ?? scenario.flatMap { $0["scenario"]["name"].textOrNil },
            status: decision["status"].textOrNil ?? "skip",
            verdict: tradeoff["verdict"]["status"].textOrNil ?? "skip",
            acceptedRules: tradeoff["rules"].itemsOrNone
                .filter { $0["accepted"] == .bool(true) }.compactMap { $0["name"].textOrNil },
            reviewRequired: decision["review_required"] == .bool(true),
            reviewReasons: decision["review_reasons"].itemsOrNone.compactMap(\.textOrNil))
    }
}
