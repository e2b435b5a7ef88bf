import Testing

@testable import CommandLine

@Suite struct LineReaderTests {
    private func lines(_ pieces: [String], hasQuotedCells: Bool = true) throws -> [String] {
        var reader = LineReader(limitBytes: 100, hasQuotedCells: hasQuotedCells)
        var lines: [String] = []
        for piece in pieces { lines += try reader.take(Array(piece.utf8)) }
        return lines + [reader.rest].compactMap(\.self)
    }

    @Test func `lines do not depend on where the pieces end`() throws {
        let text = "id,name\r\n1,\"a\nb\"\r\n2,c"
        let whole = try lines([text])
        #expect(whole == ["id,name", "1,\"a\nb\"", "2,c"])
        for cut in text.utf8.indices.dropFirst() {
            let pieces = [text[..<cut], text[cut...]].map(String.init)
            #expect(try lines(pieces) == whole)
        }
    }

    @Test func `a backslash means nothing in CSV, and a quote nothing in JSON`() throws {
        #expect(try lines(["\"a\\\"\n\"b\"\n"]) == ["\"a\\\"", "\"b\""])
        let json = #"{"a":"x\""}"#
        #expect(try lines([json + "\n" + json], hasQuotedCells: false) == [json, json])
    }

    @Test func `a line without an end is refused`() {
        #expect(throws: CommandFailure.self) {
            try lines([String(repeating: "x", count: 101)])
        }
    }
}
