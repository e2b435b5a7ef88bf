import FleetModel
import WebSupport

/// What an agent says of its host when its session begins. Source: API contract, §4.4.
struct Fingerprint: Hashable, Sendable {
    /// One part of the fingerprint: its name, the beginning of its digest, its facts.
    struct Layer: Hashable, Sendable {
        let name: ForeignText
        let digest: ForeignText
        let facts: [Fact]
    }

    struct Fact: Hashable, Sendable {
        let label: ForeignText
        let value: ForeignText
    }

    let layers: [Layer]
    /// `kernel 6.12.30, microcode 0x2b`; nil when the agent said nothing of it.
    let summary: ForeignText?
    let capabilities: [Fact]
    /// What the host cannot give, the worst first.
    let limits: [Limit]

    /// One thing that the host cannot give (isolation and counters, §7).
    struct Limit: Hashable, Sendable {
        let message: ForeignText
        let advice: ForeignText?
        let kind: String
        /// For people who do not see the colour.
        let label: String
    }

    private static let order = [
        "identity", "hardware_class", "platform_epoch", "tuning", "run_state",
    ]
    private static let factsShown = 40

    /// Takes the session's facts as they are stored; what cannot be read shows nothing.
    init(_ text: String?) {
        let parsed = text.flatMap { try? JSONParser.parse(Array($0.utf8)) }
        var layers: [Layer] = []
        let stored = parsed?["fingerprint"]
        for name in Self.order {
            guard let layer = stored?[name] else { continue }
            layers.append(
                Layer(
                    name: ForeignText(name.split(separator: "_").joined(separator: " ")),
                    digest: ForeignText(String((layer["digest"]?.shown ?? "").prefix(12))),
                    facts: Self.facts(layer["facts"])))
        }
        self.layers = layers
        let epoch = layers.first { $0.name.text == "platform epoch" }?.facts ?? []
        let parts = epoch.filter { $0.label.text != "kernel" }.prefix(3)
            .map { "\($0.label.text) \($0.value.text)" }
        summary = parts.isEmpty ? nil : ForeignText(parts.joined(separator: ", "), limit: 120)
        let said = parsed?["capabilities"]
        limits = Self.limits(said?["limits"])
        guard case .object(var members)? = said else {
            capabilities = []
            return
        }
        members["limits"] = nil
        capabilities = Self.facts(.object(members))
    }

    private static let limitsShown = 50

    private static func limits(_ value: JSONValue?) -> [Limit] {
        guard case .array(let items)? = value else { return [] }
        let weights = ["obstacle", "limit", "note"]
        let labels = ["in the way", "limit", "worth knowing"]
        var found: [(Int, Limit)] = []
        for item in items.prefix(limitsShown) {
            guard let message = item["message"]?.shown, !message.isEmpty else { continue }
            let rank = weights.firstIndex(of: item["weight"]?.shown ?? "") ?? 1
            let advice = item["advice"]?.shown ?? ""
            let limit = Limit(
                message: ForeignText(message, limit: 400),
                advice: advice.isEmpty ? nil : ForeignText(advice, limit: 400),
                kind: rank == 0 ? "bad" : "plain", label: labels[rank])
            found.append((rank, limit))
        }
        return weights.indices.flatMap { rank in found.filter { $0.0 == rank }.map(\.1) }
    }

    private static func facts(_ value: JSONValue?) -> [Fact] {
        (value?.namedMembers ?? []).prefix(factsShown).map { name, value in
            Fact(
                label: ForeignText(
                    name.split(separator: "_").joined(separator: " "), limit: 60),
                value: ForeignText(value.shown, limit: 200))
        }
    }
}

/// What an agent says of its host with each claim.
struct HostHealth: Hashable, Sendable {
    let freeDisk: Int64?
    let facts: [Fingerprint.Fact]

    init(_ text: String?) {
        let parsed = text.flatMap { try? JSONParser.parse(Array($0.utf8)) }
        freeDisk = parsed?["disk_free_bytes"].flatMap { Int64($0.shown) }
        var facts: [Fingerprint.Fact] = []
        func add(_ label: String, _ value: String?) {
            guard let value else { return }
            facts.append(.init(label: ForeignText(label), value: ForeignText(value, limit: 80)))
        }
        add("disk", freeDisk.map { UnitScale.bytes($0) + " free" })
        add(
            "spool",
            parsed?["spool_bytes"].flatMap { Int64($0.shown) }.map { UnitScale.bytes($0) })
        add("load", parsed?["load"]?.shown)
        add("throttled", parsed?["throttled"]?.shown)
        add("clock source", parsed?["clocksource"]?.shown)
        self.facts = facts
    }
}

extension JSONValue {
    fileprivate subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// Sorted by name.
    fileprivate var namedMembers: [(String, JSONValue)] {
        guard case .object(let members) = self else { return [] }
        return members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// For people: words and numbers as they are, the rest as JSON.
    fileprivate var shown: String {
        switch self {
        case .string(let text): text
        case .bool(let value): value ? "yes" : "no"
        case .array(let items) where items.isEmpty: "none"
        case .array(let items):
            items.map { ($0["name"] ?? $0).shown }.joined(separator: ", ")
        default: text
        }
    }
}

extension UnitScale {
    /// Memory, as its makers count it: `64 GiB`.
    static func binaryBytes(_ count: Int64) -> String {
        let size = Double(max(0, count)) / Double(1 << 30)
        return Figures.shortest(size) + Figures.thinSpace + "GiB"
    }
}
