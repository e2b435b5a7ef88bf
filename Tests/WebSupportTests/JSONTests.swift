import HTTPTypes
import Testing

@testable import WebSupport

@Suite struct JSONTests {
    @Test(arguments: [
        "", "  ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", "-", "+1", "NaN", "Infinity",
        "tru", "\"a", "\"\\x\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\u{1}\"",
        "1 2", "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":1}", "{\"b\":{\"a\":1,\"a\":2}}",
        "\u{FEFF}1",
        "'a'", "// c\n1", "1e", ".5", "nulll",
    ])
    func `text that is not strict JSON is refused`(_ text: String) {
        #expect(throws: JSONSyntaxFailure.self) { try JSONParser.parse(Array(text.utf8)) }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: JSONSyntaxFailure.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONSyntaxFailure.self) {
            try JSONParser.parse([0x22, 0xED, 0xA0, 0x80, 0x22])
        }
    }

    @Test func `64 levels are read and 65 are not`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONParser.parse(nested(64))
        #expect(throws: JSONSyntaxFailure.self) { try JSONParser.parse(nested(65)) }
        #expect(throws: JSONSyntaxFailure.self) { try JSONParser.parse(nested(200_000)) }
    }

    @Test(arguments: [
        #"{"a":[1,-0.5e+3,true,false,null,"\u0001\"\\é😀"],"b":{}}"#,
        #"18446744073709551615"#, #""""#, "[]",
    ])
    func `a document survives reading and writing`(_ text: String) throws {
        let document = try JSONParser.parse(Array(text.utf8))
        #expect(document.text == text)
        #expect(try JSONParser.parse(Array(document.text.utf8)) == document)
    }

    @Test func `escapes are decoded`() throws {
        let document = try JSONParser.parse(Array(#""\u00e9\ud83d\ude00\n\/""#.utf8))
        #expect(document == .string("é😀\n/"))
    }

    @Test func `integers are exact up to the last one`() throws {
        struct Counts: Decodable { let a: UInt64; let b: Int64 }
        let text = #"{"a":18446744073709551615,"b":-9223372036854775808}"#
        let counts = try JSONReader.read(
            Counts.self, from: try JSONParser.parse(Array(text.utf8)), unknownFields: .refused)
        #expect(counts.a == .max)
        #expect(counts.b == .min)
    }

    @Test func `random bytes never trap`() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("{}[]\",:0123456789.eE+-\\utrufalsn \u{7F}".utf8) + [0xC3, 0xFF, 0x00]
        for _ in 0..<2000 {
            let length = Int.random(in: 0..<40, using: &generator)
            let bytes = (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            guard let document = try? JSONParser.parse(bytes) else { continue }
            #expect((try? JSONParser.parse(Array(document.text.utf8))) == document)
        }
    }

    @Test func `every reason word has the form of the wire and one status`() {
        #expect(Reason.allCases.count == 134)
        for reason in Reason.allCases {
            #expect(reason.rawValue.allSatisfy { $0.isLowercase || $0 == "_" })
            #expect(reason.kind.status.code >= 400)
        }
        #expect(Reason.fenced.kind.status.code == 409)
        #expect(Reason.held.kind.status.code == 423)
        #expect(ErrorKind.unprocessable.nestedCode == "VALIDATION_ERROR")
        #expect(ErrorKind.upgradeRequired.nestedCode == "UPGRADE_REQUIRED")
    }
}
