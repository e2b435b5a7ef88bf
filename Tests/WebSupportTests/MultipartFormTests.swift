import Testing

@testable import WebSupport

@Suite struct MultipartFormTests {
    private static func bytes(_ lines: [String]) -> [UInt8] {
        Array(lines.joined(separator: "\r\n").utf8)
    }

    private static let meta = #"Content-Disposition: form-data; name="meta""#
    private static let file = #"content-disposition: form-data; name=file; filename="a;b.txt""#

    @Test func `parts are found by name, whatever is in them`() throws {
        let form = try MultipartForm(
            Self.bytes([
                "--x", Self.meta, "Content-Type: application/json", "", #"{"a": 1}"#,
                "--x", Self.file, "Content-Transfer-Encoding: binary", "",
                "one", "--y", "-- x", "", "--x--", "",
            ]), boundary: "x")
        #expect(try form.part("meta") == Array(#"{"a": 1}"#.utf8))
        #expect(try form.part("file") == Array("one\r\n--y\r\n-- x\r\n".utf8))
        try form.refuseOthers(than: ["meta", "file"])
        #expect { try form.refuseOthers(than: ["meta"]) } throws: {
            ($0 as? APIError)?.reason == .unknownField
        }
        #expect { try form.part("more") } throws: { ($0 as? APIError)?.reason == .missingField }
    }

    @Test func `an empty part and a file of any bytes are parts`() throws {
        let binary: [UInt8] = [0, 255, 13, 10, 45, 45, 13, 0]
        let form = try MultipartForm(
            Self.bytes(["--b b", Self.meta, "", "", "--b b", Self.file, "", ""])
                + binary + Self.bytes(["", "--b b--"]), boundary: "b b")
        #expect(try form.part("meta").isEmpty)
        #expect(try form.part("file") == binary)
    }

    struct Case: Sendable, CustomStringConvertible {
        let lines: [String]
        let reason: String
        var description: String { reason }
    }

    @Test(arguments: [
        Case(lines: ["preamble", "--x", meta, "", "1", "--x--"], reason: "does not begin"),
        Case(lines: ["--x", meta, "", "1", "--x--", "more"], reason: "behind the last boundary"),
        Case(lines: ["--x", meta, "", "1"], reason: "the last boundary is missing"),
        Case(lines: ["--x", meta, "", "1", "--xy", "--x--"], reason: "does not end its line"),
        Case(lines: ["--x", meta, "", "1", "--x", meta, "", "2", "--x--"], reason: "one name"),
        Case(lines: ["--x", "X: 1", "", "1", "--x--"], reason: "no name"),
        Case(
            lines: ["--x", "Content-Disposition: attachment; name=a", "", "1", "--x--"],
            reason: "no form-data"),
        Case(lines: ["--x", "nothing", "", "1", "--x--"], reason: "broken line"),
        Case(lines: ["--x", meta], reason: "does not end"),
        Case(
            lines: ["--x", meta, "X: " + String(repeating: "x", count: 5000), "", "1", "--x--"],
            reason: "does not end"),
        Case(
            lines: ["--x", meta] + (0..<9).map { "X-\($0): 1" } + ["", "1", "--x--"],
            reason: "too long"),
        Case(
            lines: ["--x", meta, "Content-Transfer-Encoding: base64", "", "MQ==", "--x--"],
            reason: "is encoded"),
        Case(
            lines: (0..<17).flatMap {
                ["--x", "Content-Disposition: form-data; name=p\($0)", "", "1"]
            } + ["--x--"], reason: "too many"),
    ])
    func `what is not written so is refused`(_ given: Case) {
        #expect {
            try MultipartForm(Self.bytes(given.lines), boundary: "x")
        } throws: { ($0 as? MultipartForm.Malformed)?.reason.contains(given.reason) == true }
    }

    @Test func `any end of a form is refused and breaks nothing`() {
        let whole = Self.bytes(["--x", Self.meta, "", "1", "--x", Self.file, "", "2", "--x--"])
        for length in 0..<whole.count {
            #expect(throws: MultipartForm.Malformed.self) {
                try MultipartForm(Array(whole.prefix(length)), boundary: "x")
            }
        }
    }

    @Test func `parameters are words or quoted texts`() {
        let found = HeaderParameters(#"Form-Data; a=1 ; B="x; \"y\"" "#)
        #expect(found?.value == "form-data")
        #expect(found?.parameters == ["a": "1", "b": #"x; "y""#])
        for broken in ["", ";a=1", "a; b", "a; b=", "a; b=1; b=2", #"a; b="1"#, #"a; b="1"2"#] {
            #expect(HeaderParameters(broken) == nil, "\(broken)")
        }
    }
}
