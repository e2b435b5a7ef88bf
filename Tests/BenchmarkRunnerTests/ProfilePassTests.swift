import Counters
import FleetModel
import Foundation
import Glibc
import Isolation
import TestSupport
import Testing

@testable import BenchmarkRunner

/// Profiles with the real tools, as far as this machine has them.
@Suite struct ProfilePassTests {
    /// Almost all time is spent below `middle`, in `leaf`.
    private static func source(rounds: Int) -> [String: String] {
        [
            "work.c": """
            __attribute__((noinline)) unsigned leaf(unsigned n) {
                volatile unsigned sum = 0;
                for (unsigned i = 0; i < n; i++) sum += i;
                return sum;
            }
            __attribute__((noinline)) unsigned middle(unsigned n) { return leaf(n) + 1; }
            int main(void) { return middle(\(rounds)) == 7; }
            """
        ]
    }

    private static let build = ["cc -O1 -fno-omit-frame-pointer -o work work.c"]

    private static func counting() async -> HostCounting {
        let probed = await HostCounting.probe(launcher: StandInLauncher(), identity: nil)
        return HostCounting(
            host: probed.host, verdicts: probed.verdicts, simulator: probed.simulator,
            simulatorProblem: probed.simulatorProblem)
    }

    private static func plan(
        _ fixture: RunnerFixture, _ profile: ProfileWish
    ) throws -> AttemptPlan {
        try fixture.plan(
            [BenchmarkPlan(name: "work", command: ["./work"], profile: profile)], build: build)
    }

    private static func text(_ artifact: RunnerArtifact) -> String {
        guard case .bytes(let bytes) = artifact.content else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let sides = [RevisionRole.base, .candidate]

    @Test func `callgrind gives both sides' stacks, and says why it was taken`() async throws {
        let counting = await Self.counting()
        try #require(counting.simulator != nil, "\(counting.simulatorProblem ?? "")")
        let fixture = try await RunnerFixture(
            [Self.source(rounds: 30_000), Self.source(rounds: 60_000)], counting: counting)
        let (end, sink) = await fixture.run(
            try Self.plan(fixture, ProfileWish(.always)))
        #expect(end.outcome == .completed, "\(sink.log)")
        let folded = sink.artifacts.filter { $0.name.hasSuffix("/stacks.folded") }
        #expect(
            folded.map(\.name)
                == Self.sides.map { "profile/work/\($0.rawValue)/stacks.folded" })
        #expect(folded.compactMap(\.role) == Self.sides)
        for (artifact, rounds) in zip(folded, [30_000, 60_000]) {
            #expect(artifact.kind == "profile")
            #expect(artifact.facts["tool"] == "callgrind")
            #expect(artifact.facts["why"] == "perf is not installed")
            let lines = Self.text(artifact).split(separator: "\n")
            let leaf = try #require(lines.first { $0.contains(";main;middle;leaf ") })
            let count = try #require(leaf.split(separator: " ").last.flatMap { Int($0) })
            // A handful of instructions a round.
            #expect((2 * rounds...12 * rounds).contains(count), "\(leaf)")
        }
        let raw = sink.artifacts.filter { $0.name.contains("/callgrind.out.") }
        #expect(raw.count == 2)
        #expect(raw.allSatisfy { Self.text($0).hasPrefix("# callgrind format") })
        // Nothing of it was measured.
        #expect(sink.measured.filter { $0.metric.name == "time" }.count == 8)
        #expect(sink.notes.map(\.code) == ["profile_tool"])
    }

    @Test(.enabled(if: Profiler.perf(in: CleanEnvironment.standardPath) != nil))
    func `perf gives both sides' stacks with cycles or the clock`() async throws {
        let counting = await Self.counting()
        let fixture = try await RunnerFixture(
            [Self.source(rounds: 40_000_000), Self.source(rounds: 40_000_000)],
            counting: counting, perf: Profiler.perf(in: CleanEnvironment.standardPath))
        let (end, sink) = await fixture.run(try Self.plan(fixture, ProfileWish(.always)))
        #expect(end.outcome == .completed, "\(sink.log)")
        let folded = sink.artifacts.filter { $0.name.hasSuffix("/stacks.folded") }
        #expect(folded.compactMap(\.role) == Self.sides, "\(sink.notes)")
        let tools = folded.compactMap { $0.facts["tool"] }
        // Where the kernel lets nobody sample, the next tool took over and says why.
        let isRecording = try await Self.perfRecords()
        #expect(Set(tools) == [isRecording ? "perf" : "callgrind"])
        guard isRecording else {
            #expect(
                folded.allSatisfy {
                    $0.facts["why"]?.contains("perf does not record cpu-clock:u") == true
                })
            return
        }
        for artifact in folded {
            #expect(Self.text(artifact).contains("main;middle;leaf "))
            #expect(artifact.facts["frequency_hz"] == "999")
            let event = try #require(artifact.facts["event"])
            #expect(event.hasPrefix("cycles:u") || event.hasPrefix("cpu-clock:u"))
        }
    }

    private static func perfRecords() async throws -> Bool {
        guard let perf = Profiler.perf(in: CleanEnvironment.standardPath) else { return false }
        var isRecording = false
        try await withTemporaryFolder { folder in
            let script = "\(perf) record -e cpu-clock:u -o data /bin/true && test -s data"
            isRecording = (try? await RunnerFixture.shell(script, in: folder)) != nil
        }
        return isRecording
    }

    /// As perf 6.1 writes it, whatever this kernel lets perf do.
    private static let script = """
        work cycles:u: 
        \t            1175 leaf (/workspace/work)
        \t            118f middle (/workspace/work)
        \t            11c1 main (/workspace/work)

        work cycles:u: 
        \t            1180 leaf (/workspace/work)
        \t            118f middle (/workspace/work)
        \t            11c1 main (/workspace/work)

        work cycles:u: 
        \t        7f00beef [unknown] ([vdso])

        """

    @Test func `what perf recorded becomes stacks with the recording beside them`() async throws {
        try await withTemporaryFolder { folder in
            let perf = folder + "/perf"
            try Self.script.write(
                toFile: folder + "/said", atomically: false, encoding: .utf8)
            // Runs what it is to profile, and says what was recorded once.
            try """
            #!/bin/sh
            if [ "$1" = script ]; then exec cat \(folder)/said; fi
            while [ $# -gt 0 ] && [ "$1" != -- ]; do
                [ "$1" != --output ] || echo recorded >"$2"
                shift
            done
            shift
            exec "$@"
            """.write(toFile: perf, atomically: false, encoding: .utf8)
            chmod(folder, 0o755)
            chmod(perf, 0o755)
            let fixture = try await RunnerFixture([["run.sh": "true"]], perf: perf)
            let plan = try fixture.plan([
                BenchmarkPlan(
                    name: "work", command: ["sh", "run.sh"], profile: ProfileWish(.always))
            ])
            let (end, sink) = await fixture.run(plan)
            #expect(end.outcome == .completed, "\(sink.log)")
            let folded = try #require(
                sink.artifacts.first { $0.name.hasSuffix("/stacks.folded") }, "\(sink.notes)")
            #expect(Self.text(folded) == "work;[vdso] 1\nwork;main;middle;leaf 2\n")
            #expect(folded.facts["tool"] == "perf" && folded.facts["event"] == "cycles:u")
            #expect(folded.facts["total"] == "3" && folded.facts["truncated"] == nil)
            let recording = try #require(
                sink.artifacts.first { $0.name == "profile/work/candidate/perf.data" })
            #expect(Self.text(recording) == "recorded\n")
            #expect(sink.allReceipts.filter { $0.phase == "profile" }.count == 1)
        }
    }

    @Test func `profiles end with their share of the attempt's time`() async throws {
        try await withTemporaryFolder { folder in
            let perf = folder + "/perf"
            try "#!/bin/sh\nexec sleep 600\n".write(
                toFile: perf, atomically: false, encoding: .utf8)
            chmod(folder, 0o755)
            chmod(perf, 0o755)
            let fixture = try await RunnerFixture([["run.sh": "true"]], perf: perf)
            var entry = BenchmarkPlan(
                name: "work", command: ["sh", "run.sh"], profile: ProfileWish(.always))
            entry.cleanup = [["touch", "cleaned"]]
            var plan = try fixture.plan([entry])
            // Five seconds are half of what is left; the rest is for what comes after.
            plan.limits.measure = .seconds(10)
            let (end, sink) = await fixture.run(plan)
            #expect(end.outcome == .completed, "\(end) \(sink.log)")
            #expect(sink.artifacts.isEmpty)
            #expect(sink.notes.map(\.code) == ["profile_failed"])
        }
    }

    @Test func `a tool that may not record gives way to the next, with its reason`() async throws {
        let counting = await Self.counting()
        try #require(counting.simulator != nil, "\(counting.simulatorProblem ?? "")")
        try await withTemporaryFolder { folder in
            let perf = folder + "/perf"
            try "#!/bin/sh\necho 'no permission here' >&2\nexit 255\n".write(
                toFile: perf, atomically: false, encoding: .utf8)
            chmod(folder, 0o755)
            chmod(perf, 0o755)
            let fixture = try await RunnerFixture(
                [Self.source(rounds: 1000)], counting: counting, perf: perf)
            let (end, sink) = await fixture.run(try Self.plan(fixture, ProfileWish(.always)))
            #expect(end.outcome == .completed, "\(sink.log)")
            let folded = try #require(
                sink.artifacts.first { $0.name.hasSuffix("/stacks.folded") })
            #expect(folded.facts["tool"] == "callgrind")
            #expect(folded.facts["why"]?.contains("perf does not record cpu-clock:u") == true)
            #expect(folded.facts["why"]?.contains("no permission here") == true)
        }
    }

    @Test func `without a tool there is a note and no profile`() async throws {
        let fixture = try await RunnerFixture([Self.source(rounds: 1000)])
        let (end, sink) = await fixture.run(try Self.plan(fixture, ProfileWish(.always)))
        #expect(end.outcome == .completed)
        #expect(sink.artifacts.isEmpty)
        #expect(sink.notes.map(\.code) == ["profile_failed"])
        #expect(sink.notes.first?.text.contains("linux-perf") == true)
    }

    struct Pairs: Sendable {
        let base: [Double]
        let candidate: [Double]
        let better: Better
        let isWorse: Bool
    }

    @Test(arguments: [
        Pairs(
            base: [10, 11, 10, 11, 10, 11], candidate: [11, 12, 11, 12, 11, 12],
            better: .lower, isWorse: true),
        Pairs(
            base: [10, 11, 10, 11, 10, 11], candidate: [11, 12, 11, 12, 11, 12],
            better: .higher, isWorse: false),
        Pairs(
            base: [11, 12, 11, 12, 11, 12], candidate: [10, 11, 10, 11, 10, 11],
            better: .higher, isWorse: true),
        Pairs(
            base: [11, 12, 11, 12, 11, 12], candidate: [10, 11, 10, 11, 10, 11],
            better: .lower, isWorse: false),
        // One percent, however sure.
        Pairs(
            base: [100, 100, 100, 100, 100, 100], candidate: [101, 101, 101, 101, 101, 101],
            better: .lower, isWorse: false),
        // A tenth in the median, by chance.
        Pairs(
            base: [10, 10, 10, 10, 10, 10], candidate: [9, 13, 8, 14, 12, 9],
            better: .lower, isWorse: false),
        Pairs(base: [10], candidate: [20], better: .lower, isWorse: false),
        Pairs(base: [], candidate: [20], better: .lower, isWorse: false),
        Pairs(
            base: [10, 10, 10, 10, 10, 10], candidate: [20, 20, 20, 20, 20, 20],
            better: .none, isWorse: false),
    ])
    func `a quick look at the pairs decides whether a regression is profiled`(_ pairs: Pairs) {
        var tracker = PrecisionTracker()
        let series = PrecisionTracker.Series(
            benchmark: "b", parameters: .none, metric: "time", better: pairs.better)
        for index in 0..<max(pairs.base.count, pairs.candidate.count) {
            var round: [RevisionRole: [PrecisionTracker.Series: Double]] = [:]
            if index < pairs.base.count { round[.base] = [series: pairs.base[index]] }
            round[.candidate] = [series: pairs.candidate[index]]
            tracker.add(round)
        }
        #expect(ProfileWish(.regression).isDue(after: tracker) == pairs.isWorse)
        #expect(ProfileWish(.always).isDue(after: tracker))
        #expect(!ProfileWish.none.isDue(after: tracker))
    }

    @Test func `result files of a tool are kept as they are, also when it fails`() async throws {
        let good = """
            echo '{"schema": "fleetmark.results.v1", "results": [' >$FLEETMARK_RESULTS/a.json
            echo '{"name": "x", "unit": "s", "value": 1}]}' >>$FLEETMARK_RESULTS/a.json
            """
        let bad =
            "mkdir -p $FLEETMARK_RESULTS/deep; echo oops >$FLEETMARK_RESULTS/deep/b.json; exit 3"
        let fixture = try await RunnerFixture([["run.sh": bad], ["run.sh": good]])
        var plan = try fixture.plan([
            BenchmarkPlan(
                name: "tool", command: ["sh", "run.sh"], format: "fleetmark-json",
                output: .files(["{{results}}/**/*.json"]))
        ])
        plan.repetitions = RepetitionWish(fixed: 3, warmup: .count(0))
        let (_, sink) = await fixture.run(plan)
        let names = sink.artifacts.map(\.name)
        #expect(names.contains { $0.hasPrefix("raw/tool/candidate/") && $0.hasSuffix("/a.json") })
        #expect(
            names.contains { $0.hasPrefix("raw/tool/base/") && $0.hasSuffix("/deep/b.json") })
        #expect(Set(names).count == names.count)
        let kept = try #require(sink.artifacts.first)
        #expect(kept.kind == "raw_output")
        #expect(kept.mediaType == "application/json")
        #expect(kept.facts["format"] == "fleetmark-json")
    }
}
