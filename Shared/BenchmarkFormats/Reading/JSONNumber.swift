/// A number literal: the nearest double, and the exact integer where it is one.
package struct JSONNumber: Equatable {
    package enum Integer: Equatable {
        case signed(Int64)
        case unsigned(UInt64)
    }

    package let double: Double
    /// Set if the literal has neither point nor exponent and fits 64 bits.
    package let integer: Integer?

    /// - Parameter literal: a number that the scanner has passed.
    init(literal: Span<UInt8>) {
        let parts = Literal(literal)
        let size = parts.isExact ? Self.scaled(parts.digits, by: parts.exponent) : nil
        if let size {
            double = parts.isNegative ? -size : size
        } else {
            double = Double(Self.text(literal)) ?? .nan
        }
        integer = parts.isIntegral ? Self.integer(parts, literal) : nil
    }

    private static func integer(_ parts: Literal, _ literal: Span<UInt8>) -> Integer? {
        if parts.isExact {
            guard parts.isNegative else { return .unsigned(parts.digits) }
            // Nineteen digits reach past Int64.
            return Int64(exactly: -Int128(parts.digits)).map(Integer.signed)
        }
        let text = text(literal)
        return UInt64(text).map(Integer.unsigned) ?? Int64(text).map(Integer.signed)
    }

    private static func text(_ literal: Span<UInt8>) -> String {
        String(unsafeUninitializedCapacity: literal.count) { buffer in
            for place in literal.indices { buffer[place] = literal[place] }
            return literal.count
        }
    }

    private struct Literal {
        var digits: UInt64 = 0
        var exponent = 0
        var isNegative = false
        var isIntegral = true
        /// Whether `digits` holds all digits.
        var isExact = true

        init(_ text: Span<UInt8>) {
            var place = 0
            var count = 0
            isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
            if isNegative { place = 1 }
            while place < text.count {
                let digit = text[place] &- UInt8(ascii: "0")
                if digit < 10 {
                    isExact = isExact && count < 19
                    if isExact { digits = digits * 10 + UInt64(digit) }
                    if digits > 0 { count += 1 }
                    if !isIntegral { exponent -= 1 }
                } else if text[place] == UInt8(ascii: ".") {
                    isIntegral = false
                } else {
                    isIntegral = false
                    exponent += Self.exponent(text, from: place + 1)
                    return
                }
                place += 1
            }
        }

        /// The written exponent, held within what can matter.
        private static func exponent(_ text: Span<UInt8>, from start: Int) -> Int {
            var value = 0
            var isNegative = false
            var place = start
            while place < text.count {
                let digit = text[place] &- UInt8(ascii: "0")
                if digit < 10 {
                    value = min(value * 10 + Int(digit), 100_000)
                } else {
                    isNegative = text[place] == UInt8(ascii: "-")
                }
                place += 1
            }
            return isNegative ? -value : value
        }
    }
}

extension JSONNumber {
    private static let powersOfFive: [UInt64] = (0...27).map { power in
        (0..<power).reduce(1) { product, _ in product * 5 }
    }

    /// `digits` × 10^`exponent`, correctly rounded; nil if the exponent is beyond ±27.
    ///
    /// 10^n is 5^n shifted, and 5^27 is the last power of five that fits 64 bits: one wide
    /// product or division gives at least 62 leading bits, and a sticky bit for the rest,
    /// which is all that rounding to 53 bits needs.
    static func scaled(_ digits: UInt64, by exponent: Int) -> Double? {
        guard digits != 0 else { return 0 }
        guard exponent != 0 else { return Double(digits) }
        guard (-27...27).contains(exponent) else { return nil }
        let five = powersOfFive[abs(exponent)]
        if exponent < 0 { return quotient(digits, five, scale: exponent) }
        let product = digits.multipliedFullWidth(by: five)
        guard product.high != 0 else { return Double(product.low) * power(exponent) }
        let shift = product.high.leadingZeroBitCount
        let top = product.high << shift | product.low >> (64 - shift)
        let sticky: UInt64 = product.low << shift == 0 ? 0 : 1
        return Double(top | sticky) * power(64 - shift + exponent)
    }

    private static func quotient(_ digits: UInt64, _ five: UInt64, scale: Int) -> Double {
        let shift = digits.leadingZeroBitCount
        let divisorShift = five.leadingZeroBitCount
        let top = digits << shift
        // The high word is below 2^63 and the divisor is not: the quotient fits.
        let (result, rest) = (five << divisorShift).dividingFullWidth((top >> 1, top << 63))
        return Double(result | (rest == 0 ? 0 : 1)) * power(divisorShift - shift - 63 + scale)
    }

    private static func power(_ exponent: Int) -> Double {
        Double(sign: .plus, exponent: exponent, significand: 1)
    }
}
