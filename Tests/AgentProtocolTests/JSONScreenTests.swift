import AgentProtocol
import Foundation
import Testing

@Suite struct JSONScreenTests {
    /// Accepts any shape, so that only the form of the JSON decides.
    struct Anything: WireMessage {
        let value: JSONValue
        init(from decoder: any Decoder) throws { value = try JSONValue(from: decoder) }
        func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
    }

    static func reason(_ bytes: [UInt8]) -> ErrorReason? {
        do throws(MessageProblem) {
            _ = try WireCodec.decode(Anything.self, from: bytes)
            return nil
        } catch {
            return error.reason
        }
    }

    static func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }

    @Test(arguments: [
        "{}", "[]", " [ 1 , -2.5e+3 , 0 ] ", #"{"a":{"a":[{"a":1},{"a":2}]}}"#, #""\u00e9\n""#,
        "null", JSONScreenTests.nested(64),
    ])
    func `a document passes`(_ text: String) {
        #expect(Self.reason(Array(text.utf8)) == nil)
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "[1 2]", "01", "1.", ".5", "+1", "1e", "nul",
        "\"a", "\"\\x\"", "\"\\u12g4\"", "\"\u{1}\"", "{}{}", "[}", "{\"a\"}", "NaN", "Infinity",
        "// a\n1", "\u{FEFF}{}", "{\"a\":1,\"a\":2}", #"{"a":1,"\u0061":2}"#,
        #"{"😀":1,"\ud83d\ude00":2}"#, JSONScreenTests.nested(65), JSONScreenTests.nested(9000),
    ])
    func `what is no document is refused`(_ text: String) {
        #expect(Self.reason(Array(text.utf8)) == .malformedJSON)
    }

    @Test(arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian])
    func `other encodings are refused`(_ encoding: String.Encoding) throws {
        let bytes = try #require(#"{"a":1}"#.data(using: encoding))
        #expect(Self.reason(Array(bytes)) == .malformedJSON)
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        #expect(Self.reason([0x22, 0xC3, 0x28, 0x22]) == .malformedJSON)
    }

    @Test(arguments: 0..<200)
    func `no bytes trap`(_ seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        var bytes = try GoldenMessage.bytes("batch.request")
        for _ in 0..<8 {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch UInt8.random(in: 0..<3, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
            case 1: bytes.remove(at: place)
            default: bytes.insert(bytes[place / 2], at: place)
            }
        }
        _ = try? BatchRequest.decode(bytes: bytes, limits: .standard)
    }
}

/// SplitMix64 (Steele et al. 2014): small and good enough to shuffle tests.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
