/// Sizes such as `4096B`, `64kB`, `512MiB`.
enum SizeText {
    /// One PiB.
    static let largest: Int64 = 1 << 50

    private static let units: [String: Int64] = [
        "B": 1, "kB": 1_000, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000,
        "TB": 1_000_000_000_000, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
    ]

    /// - Returns: bytes.
    static func parse(_ text: String) throws(TextFault) -> Int64 {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let word = String(text.dropFirst(number.count))
        guard !(word.isEmpty && DecimalText.isPlainDecimal(text)) else {
            throw TextFault(
                .wrongType, "needs a unit", suggestion: "write `\(Quoted.clip(text))B`")
        }
        guard let unit = units[word], DecimalText.isPlainDecimal(String(number)),
            let amount = Double(number)
        else {
            throw TextFault(
                .wrongType, "is no size: \(Quoted.text(text))",
                suggestion: "write it like `512MiB`")
        }
        let bytes = amount * Double(unit)
        guard bytes <= Double(largest) else {
            throw TextFault(.outOfRange, "must be at most 1024 TiB")
        }
        return Int64(bytes.rounded())
    }

    /// In the largest binary unit that needs no fraction.
    static func text(ofBytes count: Int64) -> String {
        let binary = ["TiB", "GiB", "MiB", "KiB"].first { name in
            units[name].map { count % $0 == 0 } ?? false
        }
        return binary.flatMap { name in units[name].map { "\(count / $0)\(name)" } } ?? "\(count)B"
    }
}
