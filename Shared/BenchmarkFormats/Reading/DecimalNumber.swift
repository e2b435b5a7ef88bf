/// Numbers as text formats write them.
enum DecimalNumber {
    private static let longest = 4096

    /// The number that fills `text`; nil if it is none, and not finite for `NaN`, `inf` and
    /// what is beyond a double. No white space, no thousands mark, no decimal comma.
    static func read(_ text: ArraySlice<UInt8>) -> Double? {
        guard (1...longest).contains(text.count) else { return nil }
        let isSigned =
            text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+")
        let isNegative = text.first == UInt8(ascii: "-")
        let plain = isSigned ? text.dropFirst() : text
        guard let first = plain.first else { return nil }
        guard TextCursor.isDigit(first) || first == UInt8(ascii: ".") else {
            return word(plain).map { isNegative ? -$0 : $0 }
        }
        guard isDecimal(plain) else { return nil }
        let size = JSONNumber(literal: Array(plain).span).double
        return isNegative ? -size : size
    }

    static func read(text: String) -> Double? { read(Array(text.utf8)[...]) }

    /// The same after every `mark` was removed: `166,993.52` with a comma.
    static func read(_ text: ArraySlice<UInt8>, thousands mark: UInt8) -> Double? {
        guard text.contains(mark) else { return read(text) }
        return read(text.filter { $0 != mark }[...])
    }

    /// Digits with at most one point, and an exponent. A digit must stand beside the point.
    private static func isDecimal(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = TextCursor(text)
        let whole = rest.prefix(while: TextCursor.isDigit).count
        var fraction = 0
        if rest.take(".") { fraction = rest.prefix(while: TextCursor.isDigit).count }
        guard whole + fraction > 0 else { return false }
        if rest.take("e") || rest.take("E") {
            _ = rest.take("+") || rest.take("-")
            guard !rest.prefix(while: TextCursor.isDigit).isEmpty else { return false }
        }
        return rest.isAtEnd
    }

    private static func word(_ text: ArraySlice<UInt8>) -> Double? {
        guard text.count <= 8 else { return nil }
        switch TextCursor.string(text).lowercased() {
        case "nan": return .nan
        case "inf", "infinity": return .infinity
        default: return nil
        }
    }
}
