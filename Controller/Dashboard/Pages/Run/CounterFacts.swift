import Storage
import WebSupport

/// Which counters an attempt had, and why it lacked the others.
struct CounterFacts {
    /// Empty without a readable receipt.
    let facts: [Fact]

    private struct Event {
        let name: String
        let isThere: Bool
        let reason: String?

        init?(_ value: JSONValue) {
            guard case .object(let members) = value, case .string(let name)? = members["event"],
                case .string(let state)? = members["state"]
            else { return nil }
            self.name = name
            isThere = state == "available"
            reason = if case .string(let text)? = members["reason"] { text } else { nil }
        }
    }

    init(_ receipts: [MeasurementStore.Receipt]) {
        guard let receipt = receipts.last(where: { $0.kind == "counters" }),
            case .object(let members)? = try? JSONParser.parse(Array(receipt.body.utf8)),
            case .array(let items)? = members["events"]
        else {
            facts = []
            return
        }
        let events = items.compactMap(Event.init)
        facts = Self.present(events) + Self.absent(events)
    }

    private static func present(_ events: [Event]) -> [Fact] {
        let names = events.filter(\.isThere).map(\.name)
        guard !events.isEmpty else { return [] }
        let text = names.isEmpty ? "none of \(events.count)" : names.joined(separator: ", ")
        return [Fact("Counters", text)]
    }

    /// Events that are absent for one reason stand together.
    private static func absent(_ events: [Event]) -> [Fact] {
        var order: [String] = []
        var names: [String: [String]] = [:]
        for event in events where !event.isThere {
            let reason = event.reason ?? "no reason given"
            if names[reason] == nil { order.append(reason) }
            names[reason, default: []].append(event.name)
        }
        let parts = order.map { "\((names[$0] ?? []).joined(separator: ", ")): \($0)" }
        return parts.isEmpty ? [] : [Fact("Not counted", parts.joined(separator: "; "))]
    }
}
