import FleetModel
import Storage
import WebSupport

/// What a run was measured on, beside what the base's own run was measured on.
struct EnvironmentTable: Hashable, Sendable {
    /// Facts that differ from the base's, and those that stay equal.
    let differing: [Row]
    let equal: [Row]
    let hasNoDifference: Bool
    /// `3 of 21 facts differ`, or why nothing is compared.
    let summary: String
    /// The run that the facts are compared with.
    let base: String?
    let baseCommit: String?

    struct Row: Hashable, Sendable {
        let layer: String
        let name: String
        let value: ForeignText
        let before: ForeignText?
        /// What such a difference means.
        let effect: String?
    }

    /// The environment of another run of the same host class.
    struct Other: Sendable {
        let run: RunRecord
        let receipts: [MeasurementStore.Receipt]
    }

    /// Nil when the agent reported no environment.
    init?(_ receipts: [MeasurementStore.Receipt], base: Other?) {
        guard let facts = Self.facts(receipts) else { return nil }
        let other = base.flatMap { Self.facts($0.receipts) }
        let names = Set(facts.keys).union(other.map { Set($0.keys) } ?? [])
        let rows = names.sorted { ($0.layer.order, $0.name) < ($1.layer.order, $1.name) }
        var differing: [Row] = []
        var equal: [Row] = []
        for name in rows {
            let value = facts[name]
            let before = other?[name]
            let differs = other != nil && value != before && name.layer != .runState
            let row = Row(
                layer: name.layer.word, name: name.name,
                value: ForeignText(value ?? "absent", limit: 200),
                before: differs ? ForeignText(before ?? "absent", limit: 200) : nil,
                effect: differs ? name.layer.effect : nil)
            if differs { differing.append(row) } else { equal.append(row) }
        }
        self.differing = differing
        self.equal = equal
        hasNoDifference = differing.isEmpty
        summary =
            other == nil
            ? "the base has no run of its own to compare with"
            : differing.isEmpty
                ? "equal to that of the base's own run"
                : "\(differing.count) of \(RunVerdict.counted(rows.count, "fact")) "
                    + "not as for the base's own run"
        self.base = other == nil ? nil : base.map { PagePath.run($0.run.id).text }
        baseCommit = other == nil ? nil : base?.run.commit.short
    }

    private struct Name: Hashable {
        let layer: Layer
        let name: String
    }

    /// The layers of a fingerprint, and what a change of one means (control plane, §2.4).
    private enum Layer: String, CaseIterable {
        case identity
        case hardware = "hardware_class"
        case platform = "platform_epoch"
        case tuning
        case runState = "run_state"
        case variables

        var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        var word: String {
            switch self {
            case .identity: "identity"
            case .hardware: "hardware"
            case .platform: "platform"
            case .tuning: "tuning"
            case .runState: "state at start"
            case .variables: "variables"
            }
        }

        var effect: String? {
            switch self {
            case .identity, .hardware: "another machine: another series"
            case .platform: "a break in the series"
            case .tuning, .variables: "may add noise"
            case .runState: nil
            }
        }
    }

    /// From the last environment receipt; nil without a readable one.
    private static func facts(_ receipts: [MeasurementStore.Receipt]) -> [Name: String]? {
        guard let receipt = receipts.last(where: { $0.kind == "environment" }),
            case .object(let members)? = try? JSONParser.parse(Array(receipt.body.utf8)),
            case .object(let layers)? = members["fingerprint"]
        else { return nil }
        var found: [Name: String] = [:]
        for (key, layer) in layers {
            guard let known = Layer(rawValue: key), case .object(let parts) = layer,
                case .object(let facts)? = parts["facts"]
            else { continue }
            for (name, value) in facts { found[Name(layer: known, name: name)] = text(value) }
        }
        if case .object(let variables)? = members["variables"] {
            for (name, value) in variables {
                found[Name(layer: .variables, name: name)] = text(value)
            }
        }
        return found.isEmpty ? nil : found
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .array(let items): items.map(text).joined(separator: ", ")
        default: value.text
        }
    }
}
