import Testing

@testable import CommandLine

@Suite struct ReadableTests {
    struct Value: Sendable {
        let value: Double
        let unit: String
        let text: String
    }

    @Test(arguments: [
        Value(value: 0.0124, unit: "s", text: "12.4 ms"), Value(value: 0, unit: "s", text: "0 ns"),
        Value(value: 0.000_999_6, unit: "s", text: "1.00 ms"),
        Value(value: 75, unit: "s", text: "75.0 s"),
        Value(value: 978_944, unit: "B", text: "956 KiB"),
        Value(value: 22_894_098, unit: "count", text: "22.9 M"),
        Value(value: 4, unit: "count", text: "4.00"),
        Value(value: 15_000, unit: "ops/s", text: "15.0 kops/s"),
        Value(value: 0.031, unit: "ratio", text: "3.10 %"),
        Value(value: .nan, unit: "s", text: "?"), Value(value: 7.5, unit: "fps", text: "7.50 fps"),
    ])
    func `a value has three digits and a fitting unit`(_ given: Value) {
        #expect(Readable.value(given.value, unit: given.unit) == given.text)
    }

    struct Change: Sendable {
        let change: Double
        var low: Double?
        var high: Double?
        let text: String
    }

    @Test(arguments: [
        Change(change: 0.081, low: 0.075, high: 0.088, text: "+8.1 % (7.5 … 8.8)"),
        Change(change: -0.004, low: -0.48, high: 0.022, text: "-0.4 % (-48.0 … 2.2)"),
        Change(change: 0.0031, low: 0.0022, high: 0.004, text: "+0.31 % (0.22 … 0.40)"),
        Change(change: 0, text: "+0.00 %"), Change(change: 2.5, text: "+250 %"),
    ])
    func `a change has a sign and its interval`(_ given: Change) {
        let interval = Interval(low: given.low, high: given.high)
        #expect(Readable.change(given.change, interval, .plain) == given.text)
    }

    struct Age: Sendable {
        let seconds: Int64
        let text: String
    }

    @Test(arguments: [
        Age(seconds: -5, text: "0 s"), Age(seconds: 59, text: "59 s"),
        Age(seconds: 3_599, text: "59 min"), Age(seconds: 7_200, text: "2 h"),
        Age(seconds: 172_800, text: "2 d"),
    ])
    func `an age is told in one unit`(_ given: Age) {
        #expect(Readable.age(from: 0, to: given.seconds * 1_000_000) == given.text)
        #expect(Readable.age(from: .min, to: .max) == "")
    }
}
