/// Durations such as `500us`, `30s`, `1h30m`.
enum DurationText {
    /// Seven days.
    static let longest: Int64 = 7 * 86_400 * 1_000_000_000

    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
    ]

    /// Reads to nanoseconds, above 0; a key may allow more than the usual seven days.
    static func parse(_ text: String, longest: Int64 = longest) throws(TextFault) -> Int64 {
        let bare = DecimalText.isPlainDecimal(text)
        guard !bare else {
            throw TextFault(
                .wrongType, "needs a unit", suggestion: "write `\(Quoted.clip(text))s`")
        }
        guard let total = sum(of: text, longest: longest) else {
            throw TextFault(
                .wrongType, "is no duration: \(Quoted.text(text))",
                suggestion: "write it like `30s` or `1h30m`")
        }
        guard total > 0, total <= longest else {
            throw TextFault(
                .outOfRange,
                "must be above 0 and at most \(longest / 86_400_000_000_000) days")
        }
        return total
    }

    /// In the largest unit that needs no fraction.
    static func text(ofNanoseconds count: Int64) -> String {
        let unit = units.last { count % $0.nanoseconds == 0 && $0.name != "µs" } ?? units[0]
        return "\(count / unit.nanoseconds)\(unit.name)"
    }

    /// Parts in falling order of unit, each unit once; a sum past `longest` stops just above it.
    private static func sum(of text: String, longest: Int64) -> Int64? {
        guard !text.isEmpty, text.utf8.count <= 64 else { return nil }
        var total: Int64 = 0
        var lastUnit = Int64.max
        var rest = text[...]
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(number.count)
            let word = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(word.count)
            guard let unit = units.first(where: { $0.name == word }),
                unit.nanoseconds < lastUnit, DecimalText.isPlainDecimal(String(number)),
                let amount = Double(number)
            else { return nil }
            lastUnit = unit.nanoseconds
            let part = amount * Double(unit.nanoseconds)
            guard part <= Double(longest) else {
                total = longest + 1
                continue
            }
            total = min(longest + 1, total + Int64(part.rounded()))
        }
        return total
    }
}
