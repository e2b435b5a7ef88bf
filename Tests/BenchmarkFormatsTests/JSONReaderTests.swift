import Testing

@testable import BenchmarkFormats

@Suite struct JSONReaderTests {
    struct Refused: Sendable, CustomTestStringConvertible {
        let text: String
        let kind: SyntaxFailure.Kind
        let offset: Int

        var testDescription: String { text }
    }

    @Test(arguments: [
        Refused(text: "[1,]", kind: .malformed, offset: 3),
        Refused(text: "{\"a\":1,}", kind: .malformed, offset: 7),
        Refused(text: "[1 2]", kind: .malformed, offset: 3),
        Refused(text: "[1]]", kind: .malformed, offset: 3),
        Refused(text: "[1}", kind: .malformed, offset: 2),
        Refused(text: "{} {}", kind: .malformed, offset: 3),
        Refused(text: "// no\n1", kind: .malformed, offset: 0),
        Refused(text: "{'a':1}", kind: .malformed, offset: 1),
        Refused(text: "{1:1}", kind: .malformed, offset: 1),
        Refused(text: "{\"a\" 1}", kind: .malformed, offset: 5),
        Refused(text: "01", kind: .malformed, offset: 1),
        Refused(text: "-01", kind: .malformed, offset: 2),
        Refused(text: "+1", kind: .malformed, offset: 0),
        Refused(text: ".5", kind: .malformed, offset: 0),
        Refused(text: "1.x", kind: .malformed, offset: 2),
        Refused(text: "1ex", kind: .malformed, offset: 2),
        Refused(text: "-x", kind: .malformed, offset: 1),
        Refused(text: "truth", kind: .malformed, offset: 3),
        Refused(text: "nan", kind: .malformed, offset: 1),
        Refused(text: "\"\t\"", kind: .malformed, offset: 1),
        Refused(text: "\"\\x\"", kind: .malformed, offset: 2),
        Refused(text: "\"\\u12g4\"", kind: .malformed, offset: 5),
        Refused(text: "", kind: .truncated, offset: 0),
        Refused(text: "[", kind: .truncated, offset: 1),
        Refused(text: "[1", kind: .truncated, offset: 2),
        Refused(text: "[1,", kind: .truncated, offset: 3),
        Refused(text: "{", kind: .truncated, offset: 1),
        Refused(text: "{\"a\"", kind: .truncated, offset: 4),
        Refused(text: "{\"a\":", kind: .truncated, offset: 5),
        Refused(text: "\"abc", kind: .truncated, offset: 4),
        Refused(text: "\"abc\\", kind: .truncated, offset: 5),
        Refused(text: "\"\\u12", kind: .truncated, offset: 5),
        Refused(text: "-", kind: .truncated, offset: 1),
        Refused(text: "1.", kind: .truncated, offset: 2),
        Refused(text: "1e+", kind: .truncated, offset: 3),
        Refused(text: "tru", kind: .truncated, offset: 3),
        Refused(text: "[-Inf", kind: .truncated, offset: 5),
    ])
    func `text that is not JSON is refused at its place`(_ given: Refused) {
        let failure = #expect(throws: SyntaxFailure.self) { try document(given.text) }
        #expect(failure?.kind == given.kind)
        #expect(failure?.offset == given.offset)
    }

    struct Bytes: Sendable { let bytes: [UInt8]; let kind: SyntaxFailure.Kind }

    @Test(arguments: [
        Bytes(bytes: [0x22, 0xE9, 0x22], kind: .invalidEncoding),
        Bytes(bytes: [0x22, 0xC0, 0x80, 0x22], kind: .invalidEncoding),
        Bytes(bytes: [0x22, 0xED, 0xA0, 0x80, 0x22], kind: .invalidEncoding),
        Bytes(bytes: [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], kind: .invalidEncoding),
        Bytes(bytes: [0x22, 0xE2, 0x82], kind: .truncated),
        Bytes(bytes: [0x22, 0x00, 0x22], kind: .malformed),
    ])
    func `bytes that are not UTF-8 are refused`(_ given: Bytes) {
        let failure = #expect(throws: SyntaxFailure.self) { try document(given.bytes) }
        #expect(failure?.kind == given.kind)
    }

    @Test func `values keep their kinds and order`() throws {
        let root = try document(
            " { \"a\" : [ 1 , true , false , null , \"x\" , { } , [ ] ] ,\r\n\t\"b\" : -0.5e1 } "
        ).root
        let list = try #require(root["a"])
        #expect(
            list.elements.map(\.kind) == [.number, .yes, .no, .null, .string, .object, .array])
        #expect(list.count == 7)
        #expect(root["b"]?.double == -5)
        #expect(root["c"] == nil)
        #expect(root.members.map(\.key) == ["a", "b"])
    }

    @Test func `bare words are numbers that are not finite`() throws {
        let values = try document("[NaN, Infinity, -Infinity]").root.elements.map(\.double)
        #expect(values[0]?.isNaN == true)
        #expect(values[1...] == [.infinity, -.infinity])
    }

    @Test func `escapes are resolved`() throws {
        let text = #"["\"\\\/\b\f\n\r\t", "\u00e9\uD83D\uDE00x", "\ud83d", "\udE00a"]"#
        let strings = try document(text).root.elements.map(\.string)
        #expect(
            strings == ["\"\\/\u{8}\u{C}\n\r\t", "é😀x", "\u{FFFD}", "\u{FFFD}a"])
    }

    @Test func `the last of repeated keys counts`() throws {
        let root = try document(#"{"a":1,"b":2,"\u0061":3}"#).root
        #expect(root["a"]?.double == 3)
        #expect(root.members.map(\.key) == ["a", "b"])
        #expect(root.members.map(\.value.double) == [3, 2])
    }

    @Test func `a parameter keeps its text and a structure becomes compact`() throws {
        let root = try document(
            #"{"t": "a \"b\"", "n": 1.50, "l": [1, {"z": null, "a": "\n"}], "x": NaN}"#
        ).root
        #expect(
            root.parameters == [
                "t": "a \"b\"", "n": "1.50", "l": #"[1,{"a":"\n","z":null}]"#, "x": "NaN",
            ])
    }

    @Test func `limits are held while reading`() throws {
        var limits = ParseLimits()
        limits.depth = 3
        limits.stringBytes = 4
        limits.numberCharacters = 5
        limits.samplesPerResult = 3
        limits.results = 2
        for fits in ["[[[1]]]", "\"abcd\"", "12345", "[1,2,3]"] {
            _ = try document(fits, limits)
        }
        // Nothing behind the limit is looked at: the rest is not even JSON.
        for exceeds in ["[[[[oops", "\"abcde oops", "123456oops", "0.12345oops", "[1,2,3,oops"] {
            let failure = #expect(throws: SyntaxFailure.self) { try document(exceeds, limits) }
            #expect(failure?.kind == .limitExceeded, "\(exceeds)")
        }
    }

    @Test func `the number of values is limited`() throws {
        var limits = ParseLimits()
        limits.samplesPerFile = 4
        _ = try document("[[1,2],3,4]", limits)
        let failure = #expect(throws: SyntaxFailure.self) {
            try document("[[1,2],[3,4],[5,6]]", limits)
        }
        #expect(failure?.kind == .limitExceeded)
    }

    private func document(
        _ text: String, _ limits: ParseLimits = ParseLimits()
    ) throws(SyntaxFailure) -> JSONDocument {
        try document(Array(text.utf8), limits)
    }

    private func document(
        _ bytes: [UInt8], _ limits: ParseLimits = ParseLimits()
    ) throws(SyntaxFailure) -> JSONDocument {
        try JSONDocument(
            bytes, 0..<bytes.count, limits: limits, deadline: ParseDeadline(.seconds(60)))
    }
}
