/// What isolation receipts say: what was asked for, what was in force, what was missing and why.
struct ReceiptPage {
    /// As the API gives them, of one attempt; other kinds than isolation are passed over.
    let receipts: [JSONTree]
    let style: Style

    var text: String {
        let isolation = receipts.filter { $0["type"]?.string == "isolation" }
        guard !isolation.isEmpty else { return "\nno isolation receipt\n" }
        return isolation.map { "\n" + Self.list($0, style).text }.joined()
    }

    private static func list(_ receipt: JSONTree, _ style: Style) -> FactList {
        var list = FactList(style)
        list.add("receipt of", subject(receipt))
        let asked = receipt["level_asked"]?.string
        let reached = receipt["level_reached"]?.string
        list.add(
            "isolation", asked == reached ? reached : "\(reached ?? "?"), asked: \(asked ?? "?")")
        list.add("processors", numbers(receipt["cpus"]).joined(separator: ", "))
        list.add("pinning", receipt["pinning"]?.string)
        list.add(
            "namespaces", receipt["namespaces"]?.items.compactMap(\.string).joined(separator: " "))
        list.add("network", receipt["network"]?.string)
        list.add("layout", layout(receipt["layout"]))
        list.add("page cache", receipt["page_cache"]?.string)
        list.add("HOME", receipt["home"]?.string)
        list.add("memory", size(receipt["memory_max_bytes"]))
        list.add("disk", size(receipt["disk_max_bytes"]))
        list.add("processes", numbers(receipt["pids_max"].map { .array([$0]) }).first)
        list.add("tuning", receipt["tuning_profile"]?.string)
        for knob in receipt["tuning"]?.items ?? [] where knob["ok"] == .bool(false) {
            list.add(
                "not in force",
                "\(knob["knob"]?.string ?? ""): wanted \(knob["want"]?.string ?? ""), found "
                    + (knob["found"]?.string ?? ""), .doubtful)
        }
        for item in receipt["missing"]?.items ?? [] {
            let advice = item["advice"]?.string.map { $0.isEmpty ? "" : "\n→ \($0)" } ?? ""
            list.add(
                "missing",
                "\(item["item"]?.string ?? "?"): \(item["reason"]?.string ?? "")" + advice)
        }
        return list
    }

    /// An agent of an earlier version names no phase, and no more than one build.
    private static func subject(_ receipt: JSONTree) -> String {
        let benchmark = receipt["benchmark"]?.string
        let phase = receipt["phase"]?.string ?? (benchmark == nil ? "build" : "measure")
        let words = [phase, receipt["role"]?.string, benchmark.map { "from \($0) on" }]
        return words.compactMap(\.self).joined(separator: ", ")
    }

    private static func layout(_ layout: JSONTree?) -> String? {
        guard let policy = layout?["policy"]?.string else { return nil }
        guard let seed = numbers(layout?["seed"].map { .array([$0]) }).first else { return policy }
        return "\(policy), seed \(seed)"
    }

    private static func size(_ value: JSONTree?) -> String? {
        guard case .integer(let bytes)? = value else { return nil }
        return Readable.value(Double(bytes), unit: "B")
    }

    private static func numbers(_ list: JSONTree?) -> [String] {
        (list?.items ?? []).compactMap { item in
            switch item {
            case .integer(let number): "\(number)"
            case .large(let number): "\(number)"
            default: nil
            }
        }
    }
}
