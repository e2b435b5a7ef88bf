import AgentProtocol
import BenchmarkRunner
import FleetModel
import FoundationEssentials
import JobPlanning
import TestSupport
import Testing

@testable import AgentCore

/// Measuring by hand, with real repositories and a stand-in for the runner.
@Suite struct LocalRunTests {
    private static let suite = """
        version: 1
        build: {commands: [make]}
        benchmarks:
          - {name: work, command: ./work, requires: {capabilities: [pmu, isolation.full]}}
          - {name: other, command: ./other, tags: [slow]}
        """

    @Test func `files are measured as they lie there, committed or not`() async throws {
        try await LocalFolder.lend { folder in
            try folder.write("fleetmark.yaml", Self.suite)
            try folder.write(".gitignore", "out\n")
            try folder.write("value", "1")
            let head = try await folder.commit()
            try folder.write("value", "2")
            try folder.write("fresh", "x")
            try folder.write("out", "ignored")
            let worker = ReadingWorker()
            let found = try await folder.run(worker)
            #expect(found.ended.status == 0)
            #expect(found.medians == ["work": 2.0, "other": 2.0])
            #expect(found.document["candidate"]?["label"]?.text == "working tree")
            #expect(found.document["candidate"]?["commit"]?.text == head)
            #expect(found.document["candidate"]?["changed"] == .bool(true))
            #expect(worker.names == [[".gitignore", "fleetmark.yaml", "fresh", "value"]])
            #expect(worker.plans.map { $0.build.steps.map(\.script) } == [["make"]])
        }
    }

    @Test func `unchanged files are said to be the commit's`() async throws {
        try await LocalFolder.lend { folder in
            try folder.write("fleetmark.yaml", Self.suite)
            try folder.write("value", "1")
            _ = try await folder.commit()
            let found = try await folder.run(ReadingWorker())
            #expect(found.document["candidate"]?["changed"] == .bool(false))
        }
    }

    @Test func `a comparison is judged as the controller would`() async throws {
        try await LocalFolder.lend { folder in
            try folder.write("fleetmark.yaml", Self.suite)
            try folder.write("value", "10")
            let base = try await folder.commit()
            try folder.write("value", "20")
            let head = try await folder.commit()
            try folder.write("value", "0")
            var order = folder.order
            order.revision = "HEAD"
            order.against = "HEAD~1"
            let found = try await folder.run(ReadingWorker(), order)
            #expect(found.medians == ["work": 20.0, "other": 20.0])
            #expect(found.document["candidate"]?["commit"]?.text == head)
            #expect(found.document["base"]?["commit"]?.text == base)
            let comparison = found.document["comparison"]
            #expect(comparison?["direction"]?.text == "regressed")
            let rows = try #require(comparison?["rows"]).elements
            #expect(rows.map { $0["decision"]?.text } == ["fail", "fail"])
            #expect(rows.first?["shift_rel"] == .integer(1))
            #expect(rows.first?["base"]?["n"] == .integer(6))
        }
    }

    @Test func `a folder without a repository is measured too`() async throws {
        try await LocalFolder.lend(asRepository: false) { folder in
            try folder.write("fleetmark.yaml", Self.suite)
            try folder.write("value", "7")
            let found = try await folder.run(ReadingWorker())
            #expect(found.medians["work"] == 7)
            #expect(found.document["candidate"]?["commit"] == .null)
        }
    }

    @Test func `a file below the top is about its own folder`() async throws {
        try await LocalFolder.lend { folder in
            try folder.write("value", "1")
            try folder.write("deep/fleetmark.yaml", Self.suite)
            try folder.write("deep/value", "5")
            _ = try await folder.commit()
            try folder.write("deep/value", "6")
            var order = folder.order
            order.workingFolder += "/deep"
            let worker = ReadingWorker()
            #expect(try await folder.run(worker, order).medians["work"] == 6)
            order.revision = "HEAD"
            #expect(try await folder.run(worker, order).medians["work"] == 5)
            #expect(worker.names.last == ["fleetmark.yaml", "value"])
        }
    }

    @Test func `without a build the ignored files are there`() async throws {
        try await LocalFolder.lend { folder in
            try folder.write("fleetmark.yaml", Self.suite)
            try folder.write(".gitignore", "out\n")
            try folder.write("value", "1")
            try folder.write("out", "built")
            var order = folder.order
            order.builds = false
            let worker = ReadingWorker()
            _ = try await folder.run(worker, order)
            #expect(worker.names.first?.contains("out") == true)
            #expect(worker.plans.first?.build.steps.isEmpty == true)
        }
    }

    @Test func `what the machine lacks refuses nothing, and the order goes before the file`()
        async throws
    {
        try await LocalFolder.lend { folder in
            try folder.write("fleetmark.yaml", Self.suite)
            try folder.write("value", "1")
            var order = folder.order
            order.cores = 3
            order.isolation = "none"
            order.warmsUp = false
            order.wish = MeasuringWish(
                narrowing: .init(benchmarks: ["w*"], counters: ["core"]), effort: .init(fixed: 4))
            let worker = ReadingWorker()
            _ = try await folder.run(worker, order)
            let plan = try #require(worker.plans.first)
            let entry = try #require(plan.benchmarks.first)
            #expect(plan.benchmarks.map(\.name) == ["work"])
            #expect(entry.isolation?.required == [])
            #expect(entry.isolation?.cores.count == 3)
            #expect(entry.isolation?.level == "none")
            #expect(entry.isolation?.tuning == nil)
            #expect(entry.counting.events == ["core"])
            #expect(entry.repetitions?.fixed == 4)
            #expect(entry.repetitions?.warmup == .count(0))
            #expect(entry.environment["PATH"] == folder.order.environment["PATH"])
        }
    }

    @Test func `each cell of a matrix is an attempt of its own`() async throws {
        try await LocalFolder.lend { folder in
            try folder.write(
                "fleetmark.yaml",
                """
                version: 1
                matrix: {axes: {opt: [O1, O2, O3]}}
                benchmarks: [{name: work, command: './work {{matrix.opt}}'}]
                """)
            try folder.write("value", "1")
            var order = folder.order
            let worker = ReadingWorker()
            let found = try await folder.run(worker, order)
            let params = found.document["results"]?.elements.map {
                $0["params"]?["matrix.opt"]?.text
            }
            #expect(params == ["O1", "O2", "O3"])
            order.wish = MeasuringWish(narrowing: .init(cells: ["opt": "O2"]))
            _ = try await folder.run(worker, order)
            #expect(worker.plans.last?.benchmarks.first?.command == ["./work", "O2"])
            #expect(worker.plans.count == 4)
        }
    }

    @Test func `a cell that fails is named, and the others are measured`() async throws {
        try await LocalFolder.lend { folder in
            try folder.write(
                "fleetmark.yaml",
                """
                version: 1
                matrix: {axes: {opt: [O1, O9, O3]}}
                benchmarks: [{name: work, command: './work {{matrix.opt}}'}]
                """)
            try folder.write("value", "1")
            let worker = ReadingWorker(broken: Parameters(["opt": "O9"]))
            let found = try await folder.run(worker, folder.order)
            #expect(found.ended.status == 3)
            #expect(found.ended.problem == "opt=O9: no such level")
            #expect(found.document["results"]?.elements.count == 2)
            let error = found.document["errors"]?.elements.first
            #expect(error?["cell"]?["opt"]?.text == "O9")
            #expect(error?["class"]?.text == "build_failed")
        }
    }

    @Test func `a build that asks for history gets the caller's own commits`() async throws {
        try await LocalFolder.lend { folder in
            try folder.write("fleetmark.yaml", "fetch: {depth: full}\n" + Self.suite)
            try folder.write("value", "1")
            _ = try await folder.commit()
            try folder.write("value", "2")
            let head = try await folder.commit()
            var order = folder.order
            order.revision = "HEAD"
            let worker = ReadingWorker()
            _ = try await folder.run(worker, order)
            #expect(worker.plans.first?.revisions.first?.commit.text == head)
            #expect(worker.depths == [2])
        }
    }

    @Test func `a command needs no file`() async throws {
        try await LocalFolder.lend { folder in
            try folder.write("value", "3")
            let order = LocalOrder(
                .command(["./run it", "--at", "\"x\""]), workingFolder: folder.path,
                environment: folder.order.environment)
            let worker = ReadingWorker()
            let found = try await folder.run(worker, order)
            #expect(worker.plans.first?.benchmarks.first?.command == ["./run it", "--at", "\"x\""])
            #expect(found.medians == ["runit": 3.0])
        }
    }

    struct Mistake: CustomStringConvertible {
        let description: String
        var file = LocalRunTests.suite
        let change: @Sendable (inout LocalOrder) -> Void
    }

    @Test(arguments: [
        Mistake(description: "there are other, work") {
            $0.wish = MeasuringWish(narrowing: .init(benchmarks: ["nothing"]))
        },
        Mistake(description: "the filters leave no benchmark") {
            $0.wish = MeasuringWish(narrowing: .init(benchmarks: ["work"], tags: ["slow"]))
        },
        Mistake(description: "git knows no revision nowhere") { $0.against = "nowhere" },
        Mistake(description: "nowhere has no fleetmark.yaml here") { $0.revision = "nowhere" },
        Mistake(description: "no axis opt") {
            $0.wish = MeasuringWish(narrowing: .init(cells: ["opt": "O2"]))
        },
        Mistake(description: "unknown_key", file: LocalRunTests.suite + "\nbild: {}") { _ in },
        Mistake(
            description: "`build.secrets`",
            file: LocalRunTests.suite.replacing("[make]", with: "[make], secrets: [KEY]")
        ) { _ in },
    ])
    func `a mistake is told before anything runs`(_ given: Mistake) async throws {
        try await LocalFolder.lend { folder in
            try folder.write("fleetmark.yaml", given.file)
            try folder.write("value", "1")
            _ = try await folder.commit()
            var order = folder.order
            given.change(&order)
            let worker = ReadingWorker()
            let failure = await #expect(throws: LocalFailure.self) {
                try await folder.run(worker, order)
            }
            #expect(failure?.status == 2)
            #expect(failure?.description.contains(given.description) == true, "\(failure as Any)")
            #expect(worker.plans.isEmpty)
        }
    }

    struct Ending: CustomStringConvertible {
        let end: AttemptEnd
        let reports: Int
        let status: Int32
        var description: String { "\(end.outcome) after \(reports)" }
    }

    @Test(arguments: [
        Ending(end: AttemptEnd(.completed), reports: 2, status: 0),
        Ending(
            end: AttemptEnd(.failed, failure: Failure(.jobError, .buildFailed, "no make")),
            reports: 0, status: 4),
        Ending(
            end: AttemptEnd(.timedOut, failure: Failure(.timeout, .other, "too long")),
            reports: 1, status: 3),
        Ending(end: AttemptEnd(.cancelled), reports: 1, status: 130),
    ])
    func `the status says how much was measured`(_ given: Ending) async throws {
        try await LocalFolder.lend { folder in
            try folder.write("fleetmark.yaml", Self.suite)
            try folder.write("value", "1")
            let found = try await folder.run(ReadingWorker(given.end, reports: given.reports))
            #expect(found.ended.status == given.status)
            #expect(found.ended.problem == given.end.failure?.message)
            #expect(found.document["results"]?.elements.count == given.reports)
        }
    }
}
