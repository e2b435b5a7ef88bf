import Testing

@testable import ProjectFile

@Suite struct ExamplesTests {
    @Test(arguments: [
        "minimal", "full", "cpp-google-benchmark", "rust-criterion", "go", "python-pytest",
        "dotnet", "java-jmh",
    ])
    func `every example of the specification is read without a problem`(_ name: String) throws {
        let parsed = ProjectFile.parse(
            bytes: try Sample.fixture("Examples/\(name).yaml"), fileName: "fleetmark.yaml")
        #expect(parsed.report == "")
        #expect(parsed.file != nil)
    }

    @Test func `the full example says what is written in it`() throws {
        let file = try ProjectFile.parse(
            bytes: try Sample.fixture("Examples/full.yaml"), fileName: "f"
        ).valid
        #expect(file.project == "parser")
        #expect(file.fetch.depth == nil)
        #expect(file.fetch.submodules == .recursive)
        #expect(file.fetch.largeFiles == .matching(["data/**"]))
        #expect(file.environment.tools == ["cmake": "3.25"])
        #expect(
            file.cells.map(\.values) == [
                ["cc": "gcc", "opt": "O2"], ["cc": "clang", "opt": "O2"],
                ["cc": "clang", "opt": "O3"],
            ])
        #expect(file.measure.cpus == 2)
        #expect(file.measure.memoryBytes == 4 << 30)
        #expect(file.requires.labels == ["pool": ["bench"]])
        #expect(file.requires.spread == .each)
        #expect(file.policy.threshold == 0.03)
        #expect(file.policy.gate.isRequired)
        #expect(file.policy.notifications.map(\.events) == [[.opened, .resolved]])
        #expect(file.interleave.pairs == 10...20)
        #expect(file.artifacts.first?.retain == .seconds(30 * 86_400))
        #expect(file.triggers.schedules.first?.timeZone == "Europe/Berlin")
    }

    @Test func `entries take what the file says and lay their own over it`() throws {
        let file = try ProjectFile.parse(
            bytes: try Sample.fixture("Examples/full.yaml"), fileName: "f"
        ).valid
        let parse = try #require(file.benchmarks.first)
        #expect(parse.repetitions.count == 10...60)
        #expect(parse.repetitions.target == 0.003)
        #expect(parse.repetitions.warmup == .count(2))
        #expect(parse.limits.timeout == .seconds(120))
        #expect(parse.limits.silence == nil)
        #expect(parse.metrics["peak_memory"]?.policy.threshold == 0.05)
        #expect(parse.metrics["peak_memory"]?.policy.gate.isRequired == true)
        #expect(parse.policy.threshold == 0.03)
        #expect(parse.measure.counters == ["core", "cache", "energy"])
        #expect(parse.measure.simulated == .fallback)
        let legacy = try #require(file.benchmarks.last)
        #expect(legacy.repetitions.count == 3...10)
        #expect(legacy.repetitions.warmup == .count(0))
        #expect(legacy.measure.simulated == .off)
        guard case .inline(let json)? = legacy.rules else {
            Issue.record("no rules")
            return
        }
        let text = String(decoding: json, as: UTF8.self)
        #expect(text.hasPrefix(#"{"kind":"regex","rules":[{"metric":"time","pattern":"^(?<name>"#))
    }

    @Test func `executions are entries by cells by params`() throws {
        let file = try ProjectFile.parse(
            bytes: try Sample.fixture("Examples/full.yaml"), fileName: "f"
        ).valid
        let suite = EffectiveSuite(file)
        #expect(suite.executions.count == 3 * 2 + 3)
        let first = try #require(suite.executions.first)
        #expect(
            first.seriesParameters == ["matrix.cc": "gcc", "matrix.opt": "O2", "size": "1000"])
        #expect(first.command.arguments == ["out/parse", "--size=1000", "data/in.json"])
        let build = try #require(suite.builds.last)
        #expect(
            build.plan.commands.first?.arguments == [
                "cmake", "-B", "out", "-DCMAKE_C_COMPILER=clang", "-DCMAKE_C_FLAGS=-O3",
            ])
    }
}
