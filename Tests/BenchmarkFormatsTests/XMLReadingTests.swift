import Testing

@testable import BenchmarkFormats

@Suite struct XMLReadingTests {
    @Test func `bytes that are not UTF-8 are refused`() {
        let report = BenchmarkParser.parse(
            bytes: Array("<Catch a='".utf8) + [0xFF, 0x27, 0x2F, 0x3E])
        #expect(report.problems == ["invalid_encoding - -"])
    }

    @Test(arguments: [
        ("<Catch>\n <a></b></Catch>", ProblemClass.malformed, 7),
        ("<Catch>\n <a>", .truncated, 5),
        (
            "<Catch>\n" + String(repeating: "<a>", count: 200), .limitExceeded, 382
        ),
    ])
    func `what is wrong has its class and its place`(
        _ text: String, _ problem: ProblemClass, _ column: Int
    ) {
        let report = BenchmarkParser.parse(bytes: Array(text.utf8))
        #expect(report.errors.map(\.problemClass) == [problem])
        #expect(report.errors.first?.position?.line == 2)
        #expect(report.errors.first?.position?.column == column, "\(report.errors)")
    }
}
