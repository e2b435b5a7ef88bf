import Testing

@testable import BenchmarkFormats

@Suite struct JSONNumberTests {
    struct Case: Sendable { let text: String; let integer: JSONNumber.Integer? }

    @Test(arguments: [
        Case(text: "0", integer: .unsigned(0)),
        Case(text: "9007199254740993", integer: .unsigned(9_007_199_254_740_993)),
        Case(text: "18446744073709551615", integer: .unsigned(.max)),
        Case(text: "18446744073709551616", integer: nil),
        Case(text: "-9223372036854775808", integer: .signed(.min)),
        Case(text: "-9223372036854775809", integer: nil),
        Case(text: "-9999999999999999999", integer: nil),
        Case(text: "-1", integer: .signed(-1)),
        Case(text: "1.0", integer: nil),
        Case(text: "1e3", integer: nil),
    ])
    func `whole numbers stay exact as far as 64 bits go`(_ given: Case) {
        let number = number(given.text)
        #expect(number.integer == given.integer)
        #expect(number.double == Double(given.text))
    }

    @Test(arguments: [
        "0.1", "1e22", "1e23", "8.41e21", "9007199254740993", "9007199254740993e3",
        "0.500000000000000166533453693773481063544750213623046875", "2.2250738585072014e-308",
        "4.9e-324", "1e-400", "1.7976931348623157e308", "1234567890123456789e-27",
        "9999999999999999999e27", "0e999999999999999999999", "1e-999999999999999999999",
        "0.000000000000000000000000000000000001234", "-0.0", "3.2261953867481247e+02",
        // Half-way but for digits beyond the first 64 bits.
        "284438448786772297e5", "9130478664918669785e6", "4479413601977255617e18",
    ])
    func `awkward literals are rounded correctly`(_ text: String) {
        #expect(number(text).double.bitPattern == Double(text)?.bitPattern)
    }

    @Test func `a number too large is infinite`() {
        #expect(number("1e999").double == .infinity)
        #expect(number("-" + String(repeating: "9", count: 400)).double == -.infinity)
    }

    /// The reference is the C library behind `Double(_: String)`.
    @Test(arguments: 0..<200)
    func `random literals are rounded correctly`(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let digits = random.next() >> UInt64.random(in: 0..<64, using: &random)
            let exponent = Int.random(in: -40...40, using: &random)
            let text = "\(digits)e\(exponent)"
            #expect(number(text).double.bitPattern == Double(text)?.bitPattern, "\(text)")
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            let scaled = value.significand * 10.power(exponent / 3)
            #expect(number(scaled.description).double == scaled, "\(scaled)")
        }
    }

    private func number(_ text: String) -> JSONNumber {
        let bytes = Array(text.utf8)
        return JSONNumber(literal: bytes.span)
    }
}

extension Int {
    fileprivate func power(_ exponent: Int) -> Double {
        (0..<abs(exponent)).reduce(1.0) { value, _ in
            exponent < 0 ? value / Double(self) : value * Double(self)
        }
    }
}
