import Testing

@testable import ProjectFile

@Suite struct HostileInputsTests {
    private func codes(_ text: String) -> [ProjectFileProblem.Code] {
        Sample.problems(text).map(\.code)
    }

    @Test func `a billion laughs end at the limit of nodes`() {
        var text = "x-a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "x-a\(level): &a\(level) [\(aliases)]\n"
        }
        let clock = ContinuousClock()
        var found: [ProjectFileProblem] = []
        let elapsed = clock.measure { found = Sample.problems(text) }
        #expect(found.map(\.code) == [.tooManyNodes])
        // The fifth level is the first that does not fit: 9^5 values.
        #expect(found.first?.line == 5)
        #expect(elapsed < .seconds(2))
    }

    @Test func `more than a hundred aliases are refused`() {
        let aliases = Array(repeating: "*a", count: 101).joined(separator: ", ")
        #expect(codes("x-a: &a 1\nx-b: [\(aliases)]\n") == [.tooManyNodes])
        let fitting = Array(repeating: "*a", count: 100).joined(separator: ", ")
        #expect(codes(Sample.file("x-a: &a 1\nx-b: [\(fitting)]\n")) == [])
    }

    /// Each is quick to write and slow to compile.
    @Test func `a file has so many patterns and no more`() {
        func file(_ count: Int) -> String {
            let pattern = "(?<value>((a{9}){9}){9})"
            let rules = Array(repeating: "{name: a, metric: b, pattern: '\(pattern)'}", count: 50)
                .joined(separator: ", ")
            let entries = (0..<count / 50).map { number in
                "  - {name: a\(number), command: x, format: rules, "
                    + "rules: {kind: regex, rules: [\(rules)]}}\n"
            }
            return "version: 1\nbenchmarks:\n" + entries.joined()
        }
        #expect(codes(file(200)) == [])
        #expect(codes(file(300)) == [.outOfRange])
    }

    @Test func `values are counted`() {
        let many = Array(repeating: "1", count: 20_000).joined(separator: ",")
        #expect(codes("x-a: [\(many)]\n") == [.tooManyNodes])
    }

    @Test(arguments: ["x-a: [", "x-a: {a: ", "x-a:\n  - ", "x-a:\n  ? "])
    func `deep nesting is refused at once`(_ start: String) {
        let opening = start.split(separator: ":", maxSplits: 1)[1].drop { " \n".contains($0) }
        let text = start + String(repeating: String(opening), count: 20_000)
        #expect(codes(text) == [.tooDeep], "\(Sample.parse(text).report)")
    }

    @Test(arguments: ["k", "benchmark", "\u{1F600}"])
    func `thousands of unknown keys cost little`(_ word: String) {
        let many = (0..<9_000).map { "\(word)\($0): 1\n" }.joined()
        let clock = ContinuousClock()
        var count = 0
        let elapsed = clock.measure { count = codes(many).count }
        #expect(count == 50)
        #expect(elapsed < .seconds(10))
    }

    @Test func `thirty-two levels are allowed, thirty-three are not`() {
        func nested(_ levels: Int) -> String {
            let inner = levels - 1
            return Sample.file(
                "x-a: " + String(repeating: "[", count: inner)
                    + String(repeating: "]", count: inner) + "\n")
        }
        #expect(codes(nested(32)) == [])
        #expect(codes(nested(33)) == [.tooDeep])
    }

    @Test func `an alias counts with the depth of what it stands for`() {
        let deep = String(repeating: "[", count: 20) + String(repeating: "]", count: 20)
        let outer = String(repeating: "[", count: 15) + "*a" + String(repeating: "]", count: 15)
        #expect(codes("x-a: &a \(deep)\nx-b: \(outer)\n") == [.tooDeep])
    }

    @Test func `a file may have 256 KiB`() {
        let base = Sample.file("#")
        let fitting = base + String(repeating: "x", count: 256 * 1_024 - base.utf8.count)
        #expect(codes(fitting) == [])
        #expect(codes(fitting + "x") == [.tooLarge])
    }

    @Test func `a value may have 64 KiB`() {
        let value = String(repeating: "x", count: 64 * 1_024)
        #expect(codes(Sample.file("x-a: \(value)\n")) == [])
        let found = Sample.problems(Sample.file("x-a: \(value)x\n"))
        #expect(found.map(\.code) == [.tooLarge])
        #expect(found.first?.line == 3)
        #expect(found.first?.column == 6)
    }

    @Test func `bytes that are not UTF-8 are found where they stand`() {
        let parsed = ProjectFile.parse(
            bytes: Array("version: 1\nna: é".utf8) + [0xC3, 0x28], fileName: "f")
        #expect(parsed.problems.map(\.code) == [.notUTF8])
        #expect(parsed.problems.first?.line == 2)
        #expect(parsed.problems.first?.column == 6)
    }

    @Test func `a byte order mark is accepted`() {
        let bytes = [0xEF, 0xBB, 0xBF] + Array(Sample.file("project: [a]\n").utf8)
        let parsed = ProjectFile.parse(bytes: bytes, fileName: "f")
        #expect(parsed.problems.map(\.line) == [3])
        #expect(parsed.report.contains("    3 | project: [a]\n"))
    }

    @Test func `binary input is refused`() {
        var random = SplitMix(seed: 7)
        let noise = (0..<4_096).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        #expect(ProjectFile.parse(bytes: noise, fileName: "f").file == nil)
        #expect(codes("version: 1\u{0}\n") == [.yamlSyntax])
    }

    @Test func `numbers beyond any machine word are out of range`() {
        let nines = String(repeating: "9", count: 40)
        #expect(codes(Sample.entry("series: \(nines)")) == [.outOfRange])
        #expect(codes("version: \(nines)\n") == [.unsupportedVersion])
        #expect(codes(Sample.entry("timeout: \(nines.prefix(25))d")) == [.outOfRange])
        #expect(codes(Sample.entry("timeout: \(nines)d")) == [.wrongType])
        #expect(codes(Sample.file("measure: {disk: \(nines.prefix(25))TiB}\n")) == [.outOfRange])
    }

    @Test func `a matrix beyond its limit is refused before it is made`() {
        let values = (0..<64).map(String.init).joined(separator: ", ")
        let axes = (0..<8).map { "a\($0): [\(values)]" }.joined(separator: ", ")
        let found = codes(Sample.file("matrix: {axes: {\(axes)}}\n"))
        #expect(found.contains(.outOfRange))
    }

    @Test func `executions of a whole file are limited`() {
        let values = (0..<16).map(String.init).joined(separator: ", ")
        let axes = "a: [\(values)], b: [\(values)]"
        let text = Sample.entry(
            "params: {x: [\(values)], y: [\(values)]}", command: "app {{matrix.a}} {{matrix.b}}")
        #expect(codes(text + "matrix: {axes: {\(axes)}}\n") == [.outOfRange])
    }

    @Test func `whatever happens to a file, reading it ends with an answer`() throws {
        let seeds = try ["Examples/full.yaml", "Reports/mixed.yaml", "Examples/java-jmh.yaml"]
            .map { try Sample.fixture($0) }
        var random = SplitMix(seed: 2_026)
        for round in 0..<500 {
            var bytes = seeds[round % seeds.count]
            for _ in 0...Int(random.next() % 6) { mutate(&bytes, &random) }
            let parsed = ProjectFile.parse(bytes: bytes, fileName: "f")
            let hasError = parsed.problems.contains { $0.severity == .error }
            #expect((parsed.file == nil) == hasError)
            guard let file = parsed.file else { continue }
            let suite = EffectiveSuite(file)
            #expect(suite.executions.count <= 10_000)
            #expect(!suite.suiteForm.isEmpty && !suite.configForm.isEmpty)
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        guard !bytes.isEmpty else { return }
        let at = Int(random.next() % UInt64(bytes.count))
        let marks = Array("{}[]:,-&*!|>'\"#%\n\t \\$0129.~?<".utf8)
        switch random.next() % 5 {
        case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.insert(marks[Int(random.next() % UInt64(marks.count))], at: at)
        case 2: bytes.remove(at: at)
        case 3:
            let end = min(bytes.count, at + Int(random.next() % 40))
            bytes.insert(contentsOf: bytes[at..<end], at: at)
        default:
            let end = min(bytes.count, at + Int(random.next() % 40))
            bytes.removeSubrange(at..<end)
        }
    }
}

/// A small seeded generator, so that a failing round can be run again.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
