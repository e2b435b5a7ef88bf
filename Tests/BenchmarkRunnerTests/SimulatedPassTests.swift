import Counters
import FleetModel
import Isolation
import Testing

@testable import BenchmarkRunner

/// The simulated pass with the real tool.
@Suite struct SimulatedPassTests {
    private static func fixture(_ revisions: [[String: String]]) async throws -> RunnerFixture {
        let counting = await HostCounting.probe(launcher: StandInLauncher(), identity: nil)
        try #require(counting.simulator != nil, "\(counting.simulatorProblem ?? "")")
        return try await RunnerFixture(
            revisions,
            counting: HostCounting(
                host: counting.host, verdicts: [], simulator: counting.simulator))
    }

    private static func source(rounds: Int) -> [String: String] {
        [
            "work.c": """
            int main(void) {
                volatile unsigned sum = 0;
                for (unsigned i = 0; i < \(rounds); i++) sum += i;
                return 0;
            }
            """
        ]
    }

    @Test func `each side is counted twice alike, and the difference is the code's`() async throws {
        let fixture = try await Self.fixture([
            Self.source(rounds: 100_000), Self.source(rounds: 102_000),
        ])
        let plan = try fixture.plan(
            [
                BenchmarkPlan(
                    name: "work", command: ["./work"], counting: CountingWish(simulation: .fallback)
                )
            ], build: ["cc -O1 -o work work.c"])
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .completed, "\(sink.log)")
        let counts = sink.measured.filter { $0.metric.name == "instructions_simulated" }
        #expect(counts.map(\.of.role) == [.base, .candidate, .candidate, .base])
        #expect(counts.map(\.visit) == [4, 4, 5, 5])
        #expect(counts.allSatisfy { $0.metric.provider == .simulated && !$0.isWarmup })
        #expect(
            counts.allSatisfy { $0.tool?.name == "cachegrind" && $0.tool?.version != "unknown" })
        let values = counts.map { $0.values[0] }
        #expect(values[0] == values[3] && values[1] == values[2], "\(values)")
        let extra = values[1] - values[0]
        // Two thousand rounds of the same few instructions.
        #expect(extra > 0 && extra.truncatingRemainder(dividingBy: 2000) == 0, "\(extra)")
        #expect(sink.measured.filter { $0.metric.name == "time" }.count == 8)
        let costs = sink.notes.filter { $0.code == "simulation_cost" }
        #expect(costs.count == 2 && costs.allSatisfy { $0.text.contains("times as long") })
    }

    /// An instruction of AVX-512, which this valgrind does not know, whatever the processor knows.
    private static let unknown = """
        #include <signal.h>
        #include <unistd.h>
        static void leave(int signal) { (void)signal; _exit(0); }
        int main(void) {
            signal(SIGILL, leave);
            __asm__ volatile(".byte 0x62, 0xf1, 0x7d, 0x48, 0xfe, 0xc0");
            return 0;
        }
        """

    #if arch(x86_64)
        @Test(arguments: ["./ill", "./ill; ! grep -q vgpreload /proc/$$/maps"])
        func `an instruction that the tool does not know is the reason`(
            _ script: String
        ) async throws {
            let fixture = try await Self.fixture([["ill.c": Self.unknown]])
            let plan = try fixture.plan(
                [
                    BenchmarkPlan(
                        name: "b", command: ["sh", "-c", script],
                        counting: CountingWish(simulation: .always))
                ], build: ["cc -O1 -o ill ill.c"])
            let (end, sink) = await fixture.run(plan)
            #expect(end.outcome == .completed, "\(sink.log)")
            #expect(sink.notes.map(\.code) == ["unsupported-instruction"])
            #expect(sink.notes.first?.text.contains("without -march=native") == true)
        }
    #endif

    @Test func `a program that fails under simulation is a note`() async throws {
        let fixture = try await Self.fixture([["run.sh": "! grep -q vgpreload /proc/$$/maps"]])
        let plan = try fixture.plan([
            BenchmarkPlan(
                name: "b", command: ["sh", "run.sh"], counting: CountingWish(simulation: .always))
        ])
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .completed)
        #expect(sink.cases.map(\.state) == [.ok])
        #expect(!sink.measured.contains { $0.metric.name == "instructions_simulated" })
        #expect(sink.notes.count == 1)
    }
}
