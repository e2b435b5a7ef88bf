import Testing

@testable import BenchmarkFormats

@Suite struct LineStreamTests {
    /// The same text in pieces of every size.
    private func lines(_ text: String, longest: Int = 100) -> Set<[String]> {
        let bytes = Array(text.utf8)
        return Set(
            (1...max(1, bytes.count)).map { size in
                var place = 0
                let source = ByteSource { _ in
                    let end = min(place + size, bytes.count)
                    defer { place = end }
                    return Array(bytes[place..<end])
                }
                var stream = LineStream(source.next(), then: source, longest: longest)
                var found: [String] = []
                while let line = stream.next() {
                    let text = line.isTooLong ? "…" : String(decoding: line.bytes, as: UTF8.self)
                    found.append(
                        "\(line.number)@\(line.offset):\(text)\(line.isEnded ? "" : "|")")
                }
                return found
            })
    }

    @Test func `lines are the same however the file comes`() {
        #expect(lines("ab\n\ncd") == [["1@0:ab", "2@3:", "3@4:cd|"]])
        #expect(lines("ab\n") == [["1@0:ab"]])
        #expect(lines("\n\n") == [["1@0:", "2@1:"]])
        #expect(lines("") == [[]])
    }

    @Test func `a line that is too long is passed over`() {
        #expect(lines("a\nbbbbbb\nc\n", longest: 4) == [["1@0:a", "2@2:…", "3@9:c"]])
        #expect(lines("bbbbbb", longest: 4) == [["1@0:…|"]])
        #expect(lines("bbbb\n", longest: 4) == [["1@0:bbbb"]])
    }

    @Test func `a byte order mark is no part of the first line`() {
        var stream = LineStream([0xEF, 0xBB, 0xBF, 0x61], then: nil, longest: 9)
        #expect(stream.next()?.bytes == [0x61])
    }

    @Test(arguments: [
        ("a\u{1B}[31mb\u{1B}[0m", "ab"), ("\u{1B}]0;title\u{07}x", "x"),
        ("\u{1B}]0;title\u{1B}\\x", "x"), ("50 %\r100 %\r", "100 %"), ("a\u{1B}", "a"),
        ("a\u{1B}[", "a"), ("plain\r", "plain"),
    ])
    func `a line of text has no escapes`(_ raw: String, _ clean: String) {
        #expect(TextLine(Array(raw.utf8), isEnded: true).text == clean)
    }

    @Test func `reading that fails is thrown, and what came before is not reported`() {
        struct Broken: Error {}
        #expect(throws: Broken.self) {
            var isFirst = true
            _ = try BenchmarkParser.parse(
                format: "go-bench-text",
                from: ByteSource { _ in
                    guard isFirst else { throw Broken() }
                    isFirst = false
                    return Array("goos: linux\nBenchmarkA 1 1 ns/op\n".utf8)
                })
        }
    }

    @Test func `a file of lines may be larger than a document`() throws {
        var limits = ParseLimits()
        limits.inputBytes = 1000
        let lines = (0..<100).map { _ in "BenchmarkA 1 1 ns/op\nnoise of the program\n" }.joined()
        let report = ParseReport("goos: linux\n" + lines, limits: limits)
        #expect(report.results.map(\.samples.count) == [100])
        #expect(report.ignored == [.init(what: "lines without a result", count: 101)])
    }
}
