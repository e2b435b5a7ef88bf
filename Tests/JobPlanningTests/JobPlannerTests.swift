import AgentProtocol
import FleetModel
import ProjectFile
import Testing

@testable import JobPlanning

@Suite struct JobPlannerTests {
    private func needs(_ text: String) throws -> HostNeeds {
        let executions = EffectiveSuite(try parsed(text)).executions
        return try HostNeeds.all(executions)
    }

    private static let two = """
        version: 1
        build: {commands: ["make -j2 'the thing'"], prefetch: [./get]}
        benchmarks:
          - {name: fast, command: './bench --at {{workspace}}', tags: [quick]}
          - {name: slow, command: ./slow, setup: [./warm], ok_status: [0, 3], timeout: 20s}
        """

    @Test func `rules and warm-up iterations travel with the job`() throws {
        let job = try #require(
            try plan(
                """
                version: 1
                benchmarks:
                  - name: own
                    command: ./own
                    format: rules
                    rules:
                      kind: regex
                      rules: [{pattern: '(?<value>[0-9]+)', name: n, metric: time, unit: s}]
                  - {name: file, command: ./own, format: rules, rules: bench/rules.json}
                  - {name: series, command: ./own, format: rebench-data, skip_iterations: 3}
                """))
        let rules = job.benchmarks.map(\.rules)
        #expect(rules.first??.hasPrefix("{") == true)
        #expect(rules.first??.contains(#""kind":"regex""#) == true)
        #expect(rules.dropFirst().first == "file:bench/rules.json")
        #expect(job.benchmarks.map(\.skipIterations) == [nil, nil, 3])
    }

    @Test func `a planned job passes the check of every message`() throws {
        let job = try #require(try plan(Self.two))
        let bytes = try WireCodec.encode(job)
        #expect(try WireCodec.decode(JobDescription.self, from: bytes, maxBytes: 1 << 20) == job)
    }

    @Test(arguments: [
        ("", JobDescription.Repository.Submodules.recursive, "true"),
        ("fetch: {submodules: none}\n", .none, "false"),
        ("fetch: {submodules: top}\n", .top, #""top""#),
    ])
    func `submodules travel as the file says`(
        _ key: String, _ asked: JobDescription.Repository.Submodules, _ written: String
    ) throws {
        let job = try #require(try plan(key + Self.two))
        #expect(job.repository?.submodules == asked)
        let bytes = try WireCodec.encode(job)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains(#""submodules":\#(written)"#))
        #expect(try WireCodec.decode(JobDescription.self, from: bytes, maxBytes: 1 << 20) == job)
    }

    @Test func `both sides are built, each command is one text for a shell`() throws {
        let job = try #require(try plan(Self.two))
        #expect(job.revisions.map(\.role) == [.candidate, .base])
        #expect(job.build.steps.map(\.run) == ["make -j2 'the thing'"])
        #expect(job.build.fetch?.map(\.run) == ["./get"])
        #expect(
            job.benchmarks.map(\.command) == [["./bench", "--at", "{{workspace}}"], ["./slow"]])
        #expect(job.benchmarks[1].setup == [["./warm"]])
        #expect(job.benchmarks[1].okStatuses == [0, 3])
        #expect(job.benchmarks[1].timeout == Nanoseconds(.seconds(20)))
    }

    @Test func `more comparisons get more visits, whatever the file's minimum says`() throws {
        let file = Self.two + "\ninterleave: {pairs: {min: 2, max: 9}}"
        // Two rows: smallest p × rows × comparisons ≤ 0.05 from 7 and 13 on; up to 9 in reserve.
        #expect(try #require(try plan(file, comparisons: 1)).order.runsPerSide == 9)
        #expect(try #require(try plan(file, comparisons: 11)).order.runsPerSide == 13)
        let usual = try #require(try plan(Self.two, comparisons: 1))
        #expect(usual.order.runsPerSide == 13)
        let many = try #require(try plan(file, comparisons: 900))
        #expect(many.repetitions.max >= many.repetitions.min)
    }

    @Test func `a fixed effort is taken at its word`() throws {
        let job = try #require(try plan(Self.two, comparisons: 11, effort: .init(fixed: 3)))
        #expect(job.repetitions.fixed == 3)
        #expect(job.order.runsPerSide == 3)
    }

    @Test func `each benchmark is repeated as its own entry says`() throws {
        let file = """
            version: 1
            interleave: {pairs: {min: 6, max: 9}}
            benchmarks:
              - {name: a, command: ./a, repetitions: 3, warmup: 0}
              - {name: b, command: ./b, repetitions: {min: 7, max: 8}, warmup: 2}
              - {name: c, command: ./c}
            """
        let job = try #require(try plan(file))
        let repetitions = job.benchmarks.compactMap(\.repetitions)
        #expect(repetitions.map(\.min) == [3, 8, 9])
        #expect(repetitions.map(\.max) == [3, 8, 9])
        #expect(repetitions.map(\.warmup) == [.count(0), .count(2), .count(1)])
    }

    @Test func `each benchmark is counted as its own entry says`() throws {
        let file = """
            version: 1
            benchmarks:
              - {name: a, command: ./a}
              - {name: b, command: ./b, measure: {counters: [core], simulated: always}}
              - {name: c, command: ./c, measure: {counters: [none], simulated: off}}
            """
        let job = try #require(try plan(file))
        let counters = job.benchmarks.compactMap(\.counters)
        #expect(counters.map(\.events) == [["core", "branch", "cache"], ["core"], []])
        #expect(counters.map(\.fallback) == [.instructionsSimulated, .always, .none])
    }

    @Test func `profiles are taken as each entry says, or as the trigger does`() throws {
        let file = """
            version: 1
            measure: {profile: regression}
            benchmarks:
              - {name: a, command: ./a, timeout: 10s, measure: {profile: always}}
              - {name: b, command: ./b}
              - {name: c, command: ./c, measure: {profile: off}}
            """
        let job = try #require(try plan(file))
        let profiles = job.benchmarks.compactMap(\.profile)
        #expect(profiles.map(\.kind) == [.auto, .auto, .none])
        #expect(profiles.map(\.moment) == [nil, .regression, nil])
        let asked = try #require(try plan(file, narrowing: .init(profile: .callgrind)))
        #expect(
            asked.benchmarks.compactMap(\.profile?.kind) == [.callgrind, .callgrind, .callgrind])
        let none = try #require(try plan(file, narrowing: .init(profile: .disabled)))
        #expect(none.benchmarks.compactMap(\.profile?.kind) == [.none, .none, .none])
        // What is not measured has its own time.
        #expect(job.timeouts.phase.measure.duration > none.timeouts.phase.measure.duration)
    }

    struct Precision: CustomStringConvertible {
        let keys: String
        let target: Double
        var description: String { keys }
    }

    @Test(arguments: [
        Precision(keys: "", target: 0.005),
        Precision(keys: ", policy: {threshold: 4%}", target: 0.009),
        Precision(keys: ", policy: {threshold: 4%, warn: 2.4%}", target: 0.006),
        Precision(keys: ", policy: {threshold: 0.1%}", target: 0.005),
        Precision(keys: ", repetitions: {target: 3%}", target: 0.03),
    ])
    func `precision follows from what shall be seen`(_ given: Precision) throws {
        let file = "version: 1\nbenchmarks: [{name: a, command: ./a\(given.keys)}]"
        let job = try #require(try plan(file))
        #expect(abs(job.repetitions.targetShare - given.target) < 1e-12)
    }

    @Test func `each benchmark is isolated as its own entry says`() throws {
        let file = """
            version: 1
            measure: {memory: 1GiB, processes: 64, disk: 2GiB, aslr: random}
            benchmarks:
              - {name: a, command: ./a}
              - {name: b, command: ./b, measure: {cpus: all, smt: all, numa: spread, aslr: host}}
              - name: c
                command: ./c
                measure:
                  {isolation: none, network: on, tuning: strict, page_cache: cold,
                   deterministic: false, aslr: auto, cpus: 3}
            """
        let job = try #require(try plan(file))
        let found = job.benchmarks.compactMap(\.isolation)
        #expect(found.map(\.level) == [.full, .full, .none])
        #expect(found.map(\.memoryMaxBytes) == [1 << 30, 1 << 30, 1 << 30])
        #expect(found.map(\.processesMax) == [64, 64, 64])
        #expect(found.map(\.diskMaxBytes) == [2 << 30, 2 << 30, 2 << 30])
        #expect(found.map(\.addresses) == [.on, .host, .auto])
        #expect(found.map(\.cpus.count) == [1, 1, 3])
        #expect(found.map(\.cpus.all) == [nil, true, nil])
        #expect(found.map(\.cpus.threads) == [nil, .all, nil])
        #expect(found.map(\.cpus.numa) == [.one, .any, .one])
        #expect(found.map(\.tuning) == [["default"], ["default"], ["strict"]])
        #expect(found.map(\.dropsPageCache) == [false, false, true])
        #expect(found.map(\.fixesSeeds) == [true, true, false])
        #expect(found.map(\.network) == [.off, .off, .on])
        #expect(job.isolation == found[0])
    }

    @Test func `input, results and warm-up travel as the file has them`() throws {
        let file = """
            version: 1
            benchmarks:
              - {name: a, command: ./a, stdin: data/in.txt, setup: [./s], setup_each: true}
              - name: b
                command: ./b
                format: hyperfine-json
                results: ["out/*.json", "!out/old.json"]
                warmup: 3s
            """
        let job = try #require(try plan(file))
        #expect(job.benchmarks[0].standardInputPath == "data/in.txt")
        #expect(job.benchmarks[0].setsUpEach)
        #expect(job.benchmarks[1].output == .files(["out/*.json", "!out/old.json"]))
        #expect(job.benchmarks[1].repetitions?.warmup == .time(Nanoseconds(.seconds(3))))
        let bytes = try WireCodec.encode(job)
        #expect(try WireCodec.decode(JobDescription.self, from: bytes, maxBytes: 1 << 20) == job)
    }

    @Test func `a job asks for what all of its entries require, each entry for its own`() throws {
        let file = """
            version: 1
            requires: {labels: {zone: [a, b]}, arch: x86_64}
            benchmarks:
              - {name: a, command: ./a, requires: {capabilities: [pmu, isolation.full]}}
              - {name: b, command: ./b, requires: {labels: {zone: b}, cpus: 4, memory: 8GiB}}
            """
        let asked = HostNeeds(
            labels: ["zone": ["b"]], capabilities: ["isolation.full", "pmu"],
            architectures: ["x86_64"], cores: 4, memoryBytes: 8 << 30)
        #expect(try needs(file) == asked)
        let job = try #require(try plan(file))
        #expect(job.benchmarks.compactMap(\.isolation?.required) == [["isolation.full"], []])
        #expect(job.benchmarks.compactMap(\.counters?.required) == [["pmu"], []])
    }

    @Test func `entries that no one host can measure are refused with a way out`() throws {
        let file = """
            version: 1
            benchmarks:
              - {name: a, command: ./a, requires: {arch: x86_64}}
              - {name: b, command: ./b, requires: {arch: aarch64}}
            """
        let clash = #expect(throws: HostNeeds.Clash.self) { try plan(file) }
        #expect(clash?.text.contains("`b`") == true)
        let one = try #require(try plan(file, narrowing: .init(benchmarks: ["b"])))
        #expect(one.benchmarks.map(\.name) == ["b"])
    }

    @Test func `names and tags narrow, and nothing left is no job`() throws {
        let named = try #require(try plan(Self.two, narrowing: .init(benchmarks: ["sl*"])))
        #expect(named.benchmarks.map(\.name) == ["slow"])
        let tagged = try #require(try plan(Self.two, narrowing: .init(tags: ["quick"])))
        #expect(tagged.benchmarks.map(\.name) == ["fast"])
        #expect(try plan(Self.two, narrowing: .init(benchmarks: ["none"])) == nil)
    }

    @Test func `without a base there is one side and the suite's own count`() throws {
        let file = Self.two.replacing("timeout: 20s", with: "repetitions: {min: 12, max: 30}")
        let job = try #require(try plan(file, hasBase: false))
        #expect(job.revisions.map(\.role) == [.candidate])
        #expect(job.repetitions.min == 12)
        #expect(job.repetitions.max == 50)
    }
}
