import Testing

@testable import ProjectFile

@Suite struct ValuesTests {
    @Test(
        arguments: [
            ("500us", 500_000), ("250ms", 250_000_000), ("30s", 30_000_000_000),
            ("1h30m", 5_400_000_000_000), ("2d", 172_800_000_000_000), ("1.5s", 1_500_000_000),
            ("7d", 604_800_000_000_000),
        ] as [(String, Int64)])
    func `durations are read`(_ text: String, _ nanoseconds: Int64) throws {
        #expect(try DurationText.parse(text) == nanoseconds)
    }

    @Test(arguments: [
        "", "30", "s", "1m1h", "1s1s", "-1s", "0s", "8d", "1e3s", "1 s", "1S", "12:30", "1.s",
        "٣s",
    ])
    func `what is no duration is refused`(_ text: String) {
        #expect(throws: TextFault.self) { try DurationText.parse(text) }
    }

    @Test(
        arguments: [
            ("4096B", 4_096), ("64kB", 64_000), ("512MiB", 536_870_912), ("2GiB", 2_147_483_648),
            ("1024TiB", 1 << 50), ("1.5KiB", 1_536),
        ] as [(String, Int64)])
    func `sizes are read`(_ text: String, _ bytes: Int64) throws {
        #expect(try SizeText.parse(text) == bytes)
    }

    @Test(arguments: ["", "4096", "1XB", "-1B", "1025TiB", "1e9B", "B", "2gib"])
    func `what is no size is refused`(_ text: String) {
        #expect(throws: TextFault.self) { try SizeText.parse(text) }
    }

    @Test(arguments: [
        ("2%", "0.02"), ("0.3%", "0.003"), ("0.02", "0.02"), ("1000%", "10"), ("0", "0"),
        ("12.345%", "0.12345"), ("0.0001%", "0.000001"), ("1e-7", "0.0000001"), ("7%", "0.07"),
    ])
    func `fractions are read without rounding and shown as shortest decimals`(
        _ text: String, _ shown: String
    ) throws {
        #expect(DecimalText.shortest(try FractionText.parse(text)) == shown)
    }

    @Test(arguments: [
        "", "%", "-1%", "1001%", "11", ".5", "1.", "0x1", "inf", ".inf", "1 %", "nan",
    ])
    func `what is no fraction is refused`(_ text: String) {
        #expect(throws: TextFault.self) { try FractionText.parse(text) }
    }

    @Test(arguments: ["0", "7", "-3", "10000"])
    func `integers are decimal digits`(_ text: String) {
        #expect(DecimalText.integer(text) == Int(text))
    }

    @Test(arguments: ["", "010", "1_000", "0x10", "+1", "1.0", "9999999999999999999", "-"])
    func `what is no integer is refused`(_ text: String) {
        #expect(DecimalText.integer(text) == nil)
    }

    @Test(arguments: ["app", "a/b c", "A1._-x", "go test/x"])
    func `names are accepted`(_ text: String) throws {
        try PlainText.checkName(text)
    }

    @Test(arguments: [
        "", "-a", "a  b", "a/", "/a", "a//b", "é", "a\n", String(repeating: "a", count: 129),
    ])
    func `what is no name is refused`(_ text: String) {
        #expect(throws: TextFault.self) { try PlainText.checkName(text) }
    }

    @Test(arguments: ["/etc", "..", "a/../..", "~/x", "", "a\u{0}b", "a/b/../../../c"])
    func `a path may not leave the repository`(_ text: String) {
        #expect(throws: TextFault.self) { try PlainText.checkPath(text) }
    }

    @Test(arguments: [
        ("../x", "{{param.p}}/a"), ("/etc", "{{param.p}}"), (".", ".{{param.p}}/a"),
        ("\"\"", ".{{param.p}}./a"), ("a", "{{param.p}}/../../b"), ("a", "{{workspace}}/../b"),
    ])
    func `what is put into a path may not lead out of it`(_ value: String, _ path: String) {
        let text = Sample.entry(
            "params: {p: [\(value)]}", "directory: \"\(path)\"", command: "a")
        #expect(Sample.problems(text).map(\.code) == [.badPath])
        #expect(Sample.problems(text).first?.line == 6)
    }

    @Test func `a path may go down and up again`() throws {
        try PlainText.checkPath("a/../b/./c")
        try PlainText.checkPath("~/.cargo/registry", home: true)
    }

    @Test func `YAML's guesses are not used`() throws {
        let text = Sample.file(
            "environment: {set: {A: 1.20, B: off, C: 12:30, D: ~, E: 0o7}, tools: {go: 1.20}}\n")
        let file = try Sample.parse(text).valid
        let values = file.environment.variables.compactMapValues(\.resolved)
        #expect(values == ["A": "1.20", "B": "off", "C": "12:30", "D": "~", "E": "0o7"])
        #expect(file.environment.tools == ["go": "1.20"])
    }

    @Test(arguments: [
        ("repititions", "repetitions"), ("warmUp", "warmup"), ("time-out", "timeout"),
        ("comand", "command"), ("nmae", "name"),
    ])
    func `a slip finds the word that was meant`(_ slip: String, _ word: String) {
        let words = ["name", "command", "timeout", "warmup", "repetitions"]
        #expect(Suggestion.nearest(to: slip, among: words) == word)
    }

    @Test(arguments: ["zebra", "", "x", String(repeating: "a", count: 10_000)])
    func `what is far from every word finds none`(_ slip: String) {
        #expect(Suggestion.nearest(to: slip, among: ["name", "command", "timeout"]) == nil)
    }
}
