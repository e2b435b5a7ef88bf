import Testing

@testable import BenchmarkFormats

@Suite struct TextNumberTests {
    @Test(arguments: [
        ("1", 1), ("-2.5", -2.5), ("+3", 3), (".5", 0.5), ("5.", 5), ("1e3", 1000),
        ("1.2e+02", 120), ("1E-2", 0.01), ("007", 7),
        ("123456789012345678901234567890", 1.2345678901234568e29),
    ])
    func `a number is read`(_ text: String, _ value: Double) {
        #expect(DecimalNumber.read(text: text) == value)
    }

    @Test(arguments: [
        "", "-", "+", ".", "e5", "1e", "1e+", "1,5", "1.2.3", "0x10", "1 ", " 1", "--1", "1_000",
        "one", "infinite", "١",
    ])
    func `anything else is none`(_ text: String) {
        #expect(DecimalNumber.read(text: text) == nil)
    }

    @Test(arguments: ["NaN", "nan", "inf", "+Inf", "-Infinity", "1e999", "-nan"])
    func `what is not finite is a number that cannot be used`(_ text: String) {
        #expect(DecimalNumber.read(text: text)?.isFinite == false)
    }

    @Test func `thousands are taken out only where asked`() {
        #expect(
            DecimalNumber.read(Array("1,234.5".utf8)[...], thousands: UInt8(ascii: ",")) == 1234.5)
    }

    @Test(arguments: [
        ("0.0", "min"), ("100", "max"), ("50.0", "p50"), ("p99.9", "p99.9"), ("95", "p95"),
    ])
    func `a percentile has one name`(_ text: String, _ name: String) {
        #expect(ReportedFigure.percentile(text) == name)
    }

    @Test(arguments: ["", "p", "x", "101", "1.2.3", "-1", "1e1"])
    func `other text is no percentile`(_ text: String) {
        #expect(ReportedFigure.percentile(text) == nil)
    }
}
