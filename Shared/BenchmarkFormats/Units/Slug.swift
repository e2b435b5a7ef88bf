/// Metric names as the model writes them.
package enum Slug {
    /// `Gen0Collects` → `gen0_collects`, `task-clock` → `task_clock`.
    /// Letters and digits are those of ASCII; empty if there are none.
    package static func of(_ text: String) -> String {
        var slug: [UInt8] = []
        var breaksBeforeCapital = false
        var needsBreak = false
        for byte in text.utf8 {
            let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            let isLower = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard isCapital || isLower || isDigit else {
                needsBreak = true
                breaksBeforeCapital = false
                continue
            }
            if !slug.isEmpty, needsBreak || (isCapital && breaksBeforeCapital) {
                slug.append(UInt8(ascii: "_"))
            }
            slug.append(isCapital ? byte | 0x20 : byte)
            needsBreak = false
            breaksBeforeCapital = isLower || isDigit
        }
        return String(decoding: slug, as: UTF8.self)
    }
}
