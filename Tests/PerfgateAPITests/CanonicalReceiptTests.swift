import Storage
import Testing

@testable import PerfgateAPI
@testable import WebSupport

/// What the content hash is of (perfgate contract, §4.2 and §5).
@Suite struct CanonicalReceiptTests {
    /// Every field of a receipt, out of order and with foreign ones between.
    private static let whole = """
        {"stats":{"throughput_per_s":{"max":3,"min":1.0,"median":12.50,"stddev":1e16,"mean":1e-7},
                  "cpu_ms":{"median":7,"min":0,"max":18446744073709551615},
                  "wall_ms":{"max":18446744073709551615,"min":1,"median":2,"stddev":null}},
         "samples":[{"exit_code":-1,"wall_ms":18446744073709551615,"stderr":"e","stdout":"ö/\\"\\\\",
                     "binary_bytes":1,
                     "page_faults":0,"mine":[1]},
                    {"wall_ms":0,"exit_code":2147483647,"warmup":true,"timed_out":true}],
         "bench":{"repeat":4294967295,"warmup":0,"name":"b",
                  "command":["a","b\\n\\u0001\\b\\f\\u007f"],
                  "timeout_ms":5,"work_units":18446744073709551614,"cwd":"/w"},
         "extra":1,"schema":"anything",
         "run":{"host":{"arch":"arm","os":"linux","hostname_hash":"h","memory_bytes":1,"cpu_count":2},
                "id":"r","ended_at":"later","started_at":"now"},
         "tool":{"version":"1","name":"t","x":{}}}
        """

    private static let canonical =
        #"{"schema":"anything","tool":{"name":"t","version":"1"},"run":{"id":"r","#
        + #""started_at":"now","ended_at":"later","host":{"os":"linux","arch":"arm","#
        + #""cpu_count":2,"memory_bytes":1,"hostname_hash":"h"}},"#
        + #""bench":{"name":"b","cwd":"/w","command":["a","b\n\u0001\b\f"# + "\u{7F}" + #""],"#
        + #""repeat":4294967295,"warmup":0,"work_units":18446744073709551614,"timeout_ms":5},"#
        + #""samples":[{"wall_ms":18446744073709551615,"exit_code":-1,"warmup":false,"#
        + #""timed_out":false,"page_faults":0,"binary_bytes":1,"stdout":"ö/\"\\","stderr":"e"},"#
        + #"{"wall_ms":0,"exit_code":2147483647,"warmup":true,"timed_out":true}],"#
        + #""stats":{"wall_ms":{"median":2,"min":1,"max":18446744073709551615},"#
        + #""cpu_ms":{"median":7,"min":0,"max":18446744073709551615},"#
        + #""throughput_per_s":{"median":12.5,"min":1.0,"max":3.0,"mean":1e-7,"stddev":1e16}}}"#

    @Test func `a receipt is put in order and keeps every integer`() throws {
        let receipt = try RunReceipt.read(Sample.json(Self.whole))
        #expect(receipt.text == Self.canonical)
        #expect(
            receipt.medians == #"{"cpu_ms":7,"throughput_per_s":12.50,"wall_ms":2}"#)
    }

    @Test func `the hash is the SHA-256 of the text, and of a canonical text again the same`()
        throws
    {
        let receipt = try RunReceipt.read(Sample.json(Self.whole))
        // Of `canonical`, by sha256sum of GNU coreutils.
        #expect(receipt.contentHash == Self.hash)
        #expect(try RunReceipt.read(Sample.json(receipt.text)).contentHash == Self.hash)
    }

    private static let hash = "e162ebd51042fc222c8b0f3c3c66cc7a0d88847afb0afefc29eb46362cd65b4a"

    struct Number: Sendable {
        let value: Double
        let text: String
    }

    @Test(arguments: [
        Number(value: 0, text: "0.0"), Number(value: -0.0, text: "-0.0"),
        Number(value: 1, text: "1.0"), Number(value: -12.5, text: "-12.5"),
        Number(value: 100, text: "100.0"), Number(value: 0.1, text: "0.1"),
        Number(value: 0.3, text: "0.3"), Number(value: 0.1 + 0.2, text: "0.30000000000000004"),
        Number(value: 0.00012, text: "0.00012"), Number(value: 0.00001, text: "0.00001"),
        Number(value: 0.000001, text: "1e-6"), Number(value: 1.5e-7, text: "1.5e-7"),
        Number(value: 1e15, text: "1000000000000000.0"), Number(value: 1e16, text: "1e16"),
        Number(value: 123_456_789_012_345.6, text: "123456789012345.6"),
        Number(value: 1_234_567_890_123_456, text: "1234567890123456.0"),
        Number(value: 12_345_678_901_234_568, text: "1.2345678901234568e16"),
        Number(value: .greatestFiniteMagnitude, text: "1.7976931348623157e308"),
        Number(value: .leastNonzeroMagnitude, text: "5e-324"),
    ])
    func `a real has the fewest digits and at least one behind the point`(_ given: Number) {
        #expect(CanonicalNumber.text(given.value) == given.text)
        #expect(Double(given.text) == given.value)
    }

    @Test func `any double reads back from its text`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            #expect(Double(CanonicalNumber.text(value)) == value)
        }
    }

    struct Fault: Sendable {
        let path: [String]
        let value: JSONValue?
        let pointer: String
    }

    @Test(arguments: [
        Fault(path: ["stats", "wall_ms"], value: nil, pointer: "/receipt/stats/wall_ms"),
        Fault(path: ["stats"], value: .null, pointer: "/receipt/stats"),
        Fault(path: ["schema"], value: 7, pointer: "/receipt/schema"),
        Fault(path: ["samples"], value: .object([:]), pointer: "/receipt/samples"),
        Fault(path: ["bench", "repeat"], value: .integer(-1), pointer: "/receipt/bench/repeat"),
        Fault(path: ["bench", "repeat"], value: .real(1.5), pointer: "/receipt/bench/repeat"),
        Fault(
            path: ["bench", "repeat"], value: 4_294_967_296, pointer: "/receipt/bench/repeat"),
        Fault(
            path: ["bench", "timeout_ms"], value: Sample.json("18446744073709551616"),
            pointer: "/receipt/bench/timeout_ms"),
        Fault(
            path: ["samples"], value: Sample.json(#"[{"wall_ms":1,"exit_code":2147483648}]"#),
            pointer: "/receipt/samples/0/exit_code"),
        Fault(
            path: ["bench", "command"], value: Sample.json(#"["a",1]"#),
            pointer: "/receipt/bench/command/1"),
        Fault(path: ["tool"], value: "perfgate", pointer: "/receipt/tool"),
    ])
    func `what does not fit is named by its place`(_ given: Fault) {
        let bad = Self.replaced(Sample.receipt(), given.path[...], given.value)
        let failure = #expect(throws: JSONShapeFailure.self) { try RunReceipt.read(bad) }
        #expect(failure?.pointer == given.pointer)
    }

    private static func replaced(
        _ value: JSONValue, _ path: ArraySlice<String>, _ new: JSONValue?
    ) -> JSONValue {
        guard let name = path.first else { return new ?? .null }
        let inner = path.count == 1 ? new : replaced(value[name], path.dropFirst(), new)
        return value.with(name, inner)
    }

    @Test func `a decision's receipts lose what is foreign and empty`() throws {
        let tradeoff = Sample.decision()["tradeoff"].with("mine", 1)
        let text = try DecisionReceipts.tradeoff.canonical(tradeoff)
        #expect(!text.contains("mine"))
        #expect(!text.contains("warnings"))
        #expect(!text.contains("median"))
        #expect(text.contains(#""baseline":10.0,"current":12.5"#))
        #expect(try DecisionReceipts.tradeoff.canonical(Sample.json(text)) == text)
    }
}
