import FleetModel
import Foundation
import Isolation
import LinuxSystem
import Synchronization
import Testing

@testable import BenchmarkRunner

@Suite struct TunedHostTests {
    /// A host of two values, and a clock that a test moves.
    final class Host: Sendable {
        let root: String
        let time = Mutex<Int64>(0)

        /// `more`: further files.
        init(_ more: [String: String] = [:]) throws {
            root = "/tmp/fleetmark-tuned-\(UUID().uuidString)"
            let files = [
                "/proc/sys/vm/swappiness": "60\n", "/proc/sys/kernel/numa_balancing": "0\n",
                "/proc/sys/kernel/random/boot_id": "b\n", "/run/x": "",
            ]
            for (path, text) in files.merging(more, uniquingKeysWith: { $1 }) {
                let place = URL(filePath: root + path)
                try FileManager.default.createDirectory(
                    at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
                try text.write(to: place, atomically: false, encoding: .utf8)
            }
        }

        deinit { try? FileManager.default.removeItem(atPath: root) }

        var tuner: HostTuner {
            let tree = KernelTree(root: root)
            return HostTuner(
                HostTuner.Parts(
                    files: tree,
                    services: ServiceControl(root: root, files: tree, runner: HostPrograms()),
                    places: TuningPlaces(
                        journal: root + "/journal", lock: root + "/run/fleetmark/lock"),
                    agentVersion: "0", wallClock: { 1 }))
        }

        func tuned(_ complaints: [String] = []) -> TunedHost {
            TunedHost(
                tuner,
                HostTuner.Wish(profile: .default, housekeeping: [0], measuring: [1]),
                complaints: complaints, clock: { [self] in time.withLock { $0 } })
        }

        /// Interrupts that can be moved.
        static let interrupts = [
            "/proc/irq/default_smp_affinity": "f\n", "/proc/irq/8/smp_affinity_list": "0-3\n",
        ]

        func pass(_ seconds: Int64) { time.withLock { $0 += seconds * 1_000_000_000 } }

        var swappiness: String {
            let text = try? String(
                contentsOfFile: root + "/proc/sys/vm/swappiness", encoding: .utf8)
            return (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    @Test func `a series of attempts finds one tuned host, until none comes for a while`()
        async throws
    {
        let host = try Host()
        let tuned = host.tuned()
        #expect(await tuned.begin().profile == .default)
        #expect(host.swappiness == "10")
        host.pass(200)
        tuned.used()
        host.pass(299)
        await tuned.rest()
        #expect(host.swappiness == "10")
        #expect(await tuned.begin().profile == .default)
        tuned.used()
        host.pass(301)
        await tuned.rest()
        #expect(host.swappiness == "60")
        #expect(await tuned.begin().profile == .default)
        await tuned.end()
        #expect(host.swappiness == "60")
        #expect(tuned.obstacle() == nil)
    }

    @Test func `what is in force stands in the receipt of the attempt`() async throws {
        let host = try Host()
        let fixture = try await RunnerFixture(tuning: host.tuned())
        let plan = try fixture.plan([
            BenchmarkPlan(name: "b", command: ["sh", "-euc", "sh run.sh"])
        ])
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .completed)
        let facts = sink.events.compactMap { event -> IsolationFacts? in
            if case .isolation(let facts) = event { facts } else { nil }
        }
        let knobs = try #require(facts.first { !$0.tuning.isEmpty }).tuning
        let knob = try #require(knobs.first { $0.name == "swappiness" })
        #expect(knob.wanted == "10" && knob.found == "10" && knob.holds)
        #expect(host.swappiness == "10")
        await fixture.runner.stop()
        #expect(host.swappiness == "60")
    }

    @Test func `a host that could not be put back takes no work until a person helped`()
        async throws
    {
        let host = try Host()
        // The journal of an agent that died, whose value nobody can write back.
        let dead = host.tuner
        _ = dead.begin(HostTuner.Wish(profile: .default, housekeeping: [0], measuring: [1]))
        let journal = try Data(contentsOf: URL(filePath: host.root + "/journal"))
        _ = dead.end()
        var bytes = Array(journal)
        bytes[20] ^= 1
        try Data(bytes).write(to: URL(filePath: host.root + "/journal"))
        let report = try host.tuner.replay()
        let tuned = host.tuned(report.complaints)
        let words = try #require(tuned.obstacle())
        #expect(words.contains("fleetmark-agent tune --restore"))
        #expect(tuned.obstacle() == words)
        try host.tuner.forgetJournal()
        #expect(tuned.obstacle() == nil)
    }
}
