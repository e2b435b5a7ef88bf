/// Five fields of a schedule: minute, hour, day of month, month, day of week.
enum CronText {
    private static let fields: [(name: String, range: ClosedRange<Int>)] = [
        ("minute", 0...59), ("hour", 0...23), ("day", 1...31), ("month", 1...12),
        ("weekday", 0...7),
    ]

    static func check(_ text: String) throws(TextFault) {
        let parts = text.split(separator: " ")
        guard parts.count == fields.count, text.utf8.count <= 256 else {
            throw TextFault(
                .wrongValue, "needs five fields: minute, hour, day, month, weekday",
                suggestion: "write it like `0 2 * * *`")
        }
        for (part, field) in zip(parts, fields) {
            let isFine = part.split(separator: ",", omittingEmptySubsequences: false)
                .allSatisfy { isFitting($0, field.range) }
            guard isFine else {
                throw TextFault(
                    .wrongValue,
                    "has \(Quoted.text(String(part))) as \(field.name), which must be in "
                        + "\(field.range.lowerBound)–\(field.range.upperBound)")
            }
        }
    }

    /// `*`, `a`, `a-b`, each with `/step` if wanted.
    private static func isFitting(_ text: Substring, _ range: ClosedRange<Int>) -> Bool {
        let stepped = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let span = stepped.first, stepped.count <= 2 else { return false }
        if stepped.count == 2 {
            guard let step = DecimalText.integer(String(stepped[1])), step >= 1,
                step <= range.upperBound
            else { return false }
        }
        if span == "*" { return true }
        let ends = span.split(separator: "-", omittingEmptySubsequences: false)
            .map { DecimalText.integer(String($0)) }
        guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil else {
            return false
        }
        return range.contains(first) && range.contains(last) && first <= last
    }
}
