import Testing

@testable import ProjectFile

@Suite struct ProblemCodesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let code: ProjectFileProblem.Code
        let line: Int
        let column: Int
        let length: Int
        let text: String
        let suggestion: String?

        init(
            _ code: ProjectFileProblem.Code, _ line: Int, _ column: Int, _ length: Int,
            _ text: String, suggestion: String? = nil
        ) {
            self.code = code
            self.line = line
            self.column = column
            self.length = length
            self.text = text
            self.suggestion = suggestion
        }

        var testDescription: String { "\(code.rawValue) at \(line):\(column)" }
    }

    @Test(arguments: yaml + keys + values + between + warnings)
    func `a mistake is reported with its place`(_ given: Case) {
        let parsed = Sample.parse(given.text)
        #expect(parsed.problems.map(\.code) == [given.code], "\(parsed.report)")
        let found = parsed.problems.first
        #expect(found?.line == given.line)
        #expect(found?.column == given.column)
        #expect(found?.length == given.length)
        if let suggestion = given.suggestion { #expect(found?.suggestion == suggestion) }
        #expect((parsed.file == nil) == (given.code.severity == .error))
    }

    @Test func `no code is without a case`() {
        let all = Self.yaml + Self.keys + Self.values + Self.between + Self.warnings
        // Hostile inputs have a suite of their own; the last code is tested below.
        let elsewhere: Set<ProjectFileProblem.Code> = [
            .notUTF8, .tooLarge, .tooDeep, .tooManyNodes, .budgetTooSmall,
        ]
        #expect(Set(all.map(\.code)).union(elsewhere) == Set(ProjectFileProblem.Code.allCases))
    }

    @Test func `a budget too small for what was measured is told at its place`() throws {
        let file = try Sample.parse(Sample.entry("repetitions: 10", "budget: 100s")).valid
        let entry = try #require(file.benchmarks.first)
        #expect(ProjectFile.budgetWarning(for: entry, lastDuration: .seconds(10)) == nil)
        let found = ProjectFile.budgetWarning(for: entry, lastDuration: .seconds(11))
        #expect(found?.code == .budgetTooSmall)
        #expect(found?.line == 6 && found?.column == 13 && found?.length == 4)
    }

    static let yaml = [
        Case(.yamlSyntax, 4, 1, 1, Sample.file("build: [make\n")),
        Case(.yamlSyntax, 3, 8, 5, Sample.file("build: *none\n")),
        Case(.yamlSyntax, 4, 1, 1, Sample.file("build:\n\tcommands: make\n")),
        Case(.duplicateKey, 4, 1, 7, Sample.file("project: a\nproject: b\n")),
        Case(.duplicateKey, 6, 5, 8, Sample.entry("series: 1", "\"series\": 2")),
        Case(.forbiddenYAML, 3, 1, 2, Sample.file("<<: {project: a}\n")),
        Case(.forbiddenYAML, 3, 10, 8, Sample.file("project: !hello a\n")),
        Case(.forbiddenYAML, 3, 13, 2, Sample.file("x-a: &a [1, *a]\n")),
        Case(.forbiddenYAML, 3, 3, 3, Sample.file("? [a]\n: b\n")),
        Case(.forbiddenYAML, 4, 1, 3, Sample.file("project: b\n---\nc: d\n")),
        Case(.forbiddenYAML, 4, 1, 1, Sample.file("build: {\n\tcommands: make}\n")),
    ]

    static let keys = [
        Case(.unsupportedVersion, 1, 10, 1, "version: 2\nanything: [goes]\n"),
        Case(
            .unknownKey, 5, 5, 11, Sample.entry("repititions: 20"),
            suggestion: "did you mean `repetitions`?"),
        Case(
            .unknownKey, 5, 5, 6, Sample.entry("warmUp: 2"),
            suggestion: "did you mean `warmup`?"),
        Case(
            .unknownKey, 3, 1, 8, Sample.file("counters: [core]\n"),
            suggestion: "it belongs under `measure`"),
        Case(
            .unknownKey, 5, 5, 10, Sample.entry("interleave: {}"),
            suggestion: "it belongs at the top"),
        Case(.missingKey, 1, 1, 10, "version: 1\n"),
        Case(.missingKey, 3, 5, 7, "version: 1\nbenchmarks:\n  - name: a\n"),
        Case(.missingKey, 1, 1, 1, "# nothing\n"),
    ]

    static let values = [
        Case(.wrongType, 5, 14, 2, Sample.entry("timeout: 30"), suggestion: "write `30s`"),
        Case(.wrongType, 3, 8, 6, Sample.file("build: [make]\n")),
        Case(.wrongType, 3, 9, 1, Sample.file("project:\n")),
        Case(.wrongType, 5, 14, 3, Sample.entry("enabled: yes")),
        Case(.wrongType, 3, 19, 1, Sample.file("measure: {memory: 4}\n")),
        Case(
            .wrongType, 5, 13, 5, Sample.entry("warmup: autoo"),
            suggestion: "did you mean `auto`?"),
        Case(
            .wrongValue, 3, 20, 2, Sample.file("measure: {network: of}\n"),
            suggestion: "did you mean `off`?"),
        Case(.wrongValue, 3, 10, 4, Sample.file("project: a  b\n")),
        Case(.wrongValue, 3, 21, 10, Sample.file("environment: {set: {LD_PRELOAD: a}}\n")),
        Case(
            .wrongValue, 3, 22, 4, Sample.file("measure: {counters: [coer]}\n"),
            suggestion: "did you mean `core`?"),
        Case(
            .wrongValue, 3, 12, 14, Sample.file("requires: [isolation.ful1]\n"),
            suggestion: "did you mean `isolation.full`?"),
        Case(
            .wrongValue, 3, 27, 3, Sample.file("requires: {capabilities: [pmi]}\n"),
            suggestion: "did you mean `pmu`?"),
        Case(.wrongValue, 3, 30, 10, Sample.file("triggers: {schedules: {cron: 0 25 * * *}}\n")),
        Case(.outOfRange, 3, 18, 2, Sample.file("build: {timeout: 8d}\n")),
        Case(.outOfRange, 5, 18, 1, Sample.entry("repetitions: 0")),
        Case(.outOfRange, 2, 13, 2, "version: 1\nbenchmarks: []\n"),
        Case(.badPattern, 3, 19, 4, Sample.file("build: {outputs: [a***]}\n")),
        Case(.badCommand, 3, 20, 9, Sample.file("build: {commands: [\"echo 'a\"]}\n")),
        Case(.badPath, 3, 20, 5, Sample.file("build: {directory: ../up}\n")),
        Case(
            .unknownPlaceholder, 3, 19, 11, Sample.file("build: {commands: \"a {{cpu}}\"}\n"),
            suggestion: "did you mean `{{cpus}}`?"),
    ]

    static let between = [
        Case(
            .unknownFormat, 5, 13, 9, Sample.entry("format: hyperfine"),
            suggestion: "did you mean `hyperfine-json`?"),
        Case(
            .unknownFormat, 5, 13, 6, Sample.entry("format: native"),
            suggestion: "did you mean `fleetmark-json`?"),
        Case(
            .unknownMetric, 5, 13, 4, Sample.entry("watch: [tyme]"),
            suggestion: "did you mean `time`?"),
        Case(.unknownPlaceholder, 3, 19, 15, Sample.file("build: {commands: \"a {{results}}\"}\n")),
        Case(
            .unknownPlaceholder, 4, 14, 18,
            Sample.entry("params: {size: [1]}", command: "app {{param.sise}}"),
            suggestion: "did you mean `{{param.size}}`?"),
        Case(
            .badPattern, 6, 64, 11,
            Sample.entry(
                "format: rules",
                "rules: {kind: regex, rules: [{name: a, metric: b, pattern: '(?<v>x)+y'}]}")),
        Case(
            .badPattern, 6, 64, 8,
            Sample.entry(
                "format: rules",
                "rules: {kind: regex, rules: [{name: a, metric: b, pattern: '(?<v>x'}]}")),
        Case(
            .badPattern, 6, 72, 3,
            Sample.entry(
                "format: rules",
                "rules: {kind: json, rules: [{name: a, metric: b, each: $.a, value: a.b}]}")),
        Case(.shellNeeded, 4, 14, 7, Sample.entry(command: "app < x")),
        Case(
            .nameTaken, 4, 12, 1,
            "version: 1\nbenchmarks:\n  - {name: a, command: x}\n  - {name: a, command: y}\n"),
        Case(
            .emptyMatrix, 3, 9, 41,
            Sample.file(
                "matrix: {axes: {cc: [gcc]}, exclude: [{cc: gcc}]}\n",
                command: "\"app {{matrix.cc}}\"")),
        Case(.conflict, 5, 12, 6, Sample.entry("rules: a.json")),
        Case(.conflict, 3, 13, 1, Sample.file("policy: {n: 4, baseline: level}\n")),
        Case(
            .conflict, 3, 16, 3, Sample.file("measure: {smt: all, tuning: strict}\n"),
            suggestion: "use `smt: one`, or another `tuning`"),
        Case(.outOfRange, 5, 24, 2, Sample.entry("repetitions: {min: 60, max: 50}")),
        Case(.wrongValue, 5, 16, 3, Sample.entry("only: {cc: gcc}")),
    ]

    static let warnings = [
        Case(.autoFormat, 5, 13, 4, Sample.entry("format: auto")),
        Case(.unusedAxis, 3, 21, 5, Sample.file("matrix: {axes: {cc: [gcc]}}\n")),
        Case(.neverMatches, 5, 13, 3, Sample.entry("watch: [zz*]")),
        Case(
            .watchWithoutBetter, 5, 13, 4,
            Sample.entry("watch: [time]", "metrics: {time: {better: none}}")),
    ]
}
