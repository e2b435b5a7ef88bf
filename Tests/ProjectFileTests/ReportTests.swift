import Testing

@testable import ProjectFile

@Suite struct ReportTests {
    @Test(arguments: ["mixed", "wide"])
    func `a report looks as it is kept`(_ name: String) throws {
        let bytes = try Sample.fixture("Reports/\(name).yaml")
        let parsed = ProjectFile.parse(bytes: bytes, fileName: "fleetmark.yaml")
        let expected = String(
            decoding: try Sample.fixture("Reports/\(name).txt"), as: UTF8.self)
        #expect(parsed.report == expected)
        #expect(parsed.file == nil)
    }

    @Test func `all mistakes come in one pass and in the order of the file`() throws {
        let bytes = try Sample.fixture("Reports/mixed.yaml")
        let lines = ProjectFile.parse(bytes: bytes, fileName: "f").problems.map(\.line)
        #expect(lines.count >= 10)
        #expect(lines == lines.sorted())
    }

    @Test func `of too many mistakes the first fifty are told`() {
        let many = (0..<80).map { "  key\($0): 1\n" }.joined()
        let problems = Sample.problems(Sample.file("build:\n" + many))
        #expect(problems.count == 50)
        #expect(problems.map(\.line) == Array(4...53))
    }

    @Test func `columns are scalars, not bytes`() {
        let found = Sample.problems(Sample.file("x-note: {\"añb😀\": 1}\nbuild: {\"😀é\": 1}\n"))
        #expect(found.map(\.column) == [9])
        #expect(found.map(\.length) == [4])
    }

    @Test func `control characters do not reach a terminal`() {
        let parsed = Sample.parse(Sample.file("\"a\\e[31mb\": 1\n"))
        #expect(parsed.problems.map(\.code) == [.unknownKey])
        #expect(!parsed.report.unicodeScalars.contains("\u{1B}"))
    }
}
