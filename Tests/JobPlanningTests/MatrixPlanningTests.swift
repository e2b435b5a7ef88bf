import AgentProtocol
import FleetModel
import ProjectFile
import Testing

@testable import JobPlanning

/// A job for each cell of a matrix.
@Suite struct MatrixPlanningTests {
    private static let plain = """
        version: 1
        build: {commands: [make]}
        benchmarks: [{name: a, command: ./a}]
        """

    @Test func `each cell of a matrix is built and executed with its own values`() throws {
        let text = """
            version: 1
            matrix: {axes: {opt: [O2, O3]}}
            environment: {set: {FLAG: "-{{matrix.opt}}"}}
            build: {commands: ['make {{matrix.opt}}']}
            benchmarks:
              - {name: a, command: './a {{matrix.opt}}'}
              - {name: b, command: ./b, only: {opt: [O2]}}
            """
        let jobs = try EffectiveSuite(parsed(text)).builds.map { try plan(text, cell: $0.cell) }
        #expect(jobs.map { $0?.build.steps.map(\.run) } == [["make O2"], ["make O3"]])
        #expect(jobs.map { $0?.build.steps.first?.environment?["FLAG"] } == ["-O2", "-O3"])
        #expect(
            jobs.map { $0?.benchmarks.map(\.command) } == [
                [["./a", "O2"], ["./b"]], [["./a", "O3"]],
            ])
        let parameters = jobs.map { $0?.benchmarks.first?.parameters.pairs.map(\.value) }
        #expect(parameters == [["O2"], ["O3"]])
    }

    private static let matrix = """
        version: 1
        matrix: {axes: {opt: [O2, O3]}, include: [{opt: Os}, {opt: Oz}]}
        build: {commands: ['make {{matrix.opt}}'], outputs: [app]}
        benchmarks:
          - {name: a, command: './a', only: {opt: [O2, Os]}, requires: {cpus: 2}}
          - {name: b, command: ./b, only: {opt: [O3, Os]}, requires: {arch: aarch64}}
        """

    private func cells(_ text: String, _ narrowing: MeasuringWish.Narrowing) throws -> [String] {
        let planner = JobPlanner(
            MeasuringWish(narrowing: narrowing),
            of: JobPlanner.Source(
                project: .init(id: identifier(), name: "sample"), repository: identifier(),
                url: "https://git.example.org/sample.git"),
            comparisons: 1)
        return try planner.cells(of: parsed(text)).map(\.text)
    }

    @Test func `there is a job for each cell in which something is wanted`() throws {
        #expect(try cells(Self.matrix, .init()) == ["opt=O2", "opt=O3", "opt=Os"])
        #expect(try cells(Self.matrix, .init(benchmarks: ["b"])) == ["opt=O3", "opt=Os"])
        #expect(try cells(Self.matrix, .init(cells: ["opt": "O3"])) == ["opt=O3"])
        #expect(try cells(Self.matrix, .init(cells: ["opt": "Oz"])).isEmpty)
        #expect(try cells(Self.plain, .init()) == [""])
    }

    @Test func `cells that the matrix has not are named`() throws {
        let file = try parsed(Self.matrix)
        func problem(_ cells: [String: String]) -> String? {
            MeasuringWish.Narrowing(cells: cells).unknownCell(of: file)
        }
        #expect(problem(["opt": "Oz"]) == nil)
        #expect(problem([:]) == nil)
        #expect(problem(["level": "3"]) == "the file's matrix has no axis level")
        #expect(problem(["opt": "O9"])?.contains("it has O2, O3, Os, Oz") == true)
    }

    @Test func `each cell asks for its own host, and its build has a name of its own`() throws {
        let cells = ["O2", "O3"].map { MatrixCell(values: ["opt": $0]) }
        let jobs = try cells.map { try plan(Self.matrix, cell: $0) }
        #expect(jobs.map { $0?.cell?.values } == [["opt": "O2"], ["opt": "O3"]])
        let keys = jobs.compactMap { $0?.build.cache?.key }
        #expect(Set(keys).count == 2)
        let plain = try #require(try plan(Self.plain))
        #expect(plain.cell == nil)
        #expect(plain.build.cache?.key == "a")
        #expect(try plan(Self.matrix, cell: MatrixCell(values: ["opt": "Oz"])) == nil)
    }

    @Test func `a base is built in the candidate's cell, where its own file can be`() throws {
        let cell = MatrixCell(values: ["opt": "O3"])
        let job = try #require(try plan(Self.matrix, baseText: Self.plain, cell: cell))
        #expect(job.revisions.map { $0.build?.steps.map(\.run) } == [nil, ["make"]])
        let same = try #require(try plan(Self.matrix, cell: cell))
        #expect(same.revisions.map(\.role) == [.candidate, .base])
        let other = Self.matrix.replacing("opt", with: "level")
        let alone = try #require(try plan(Self.matrix, baseText: other, cell: cell))
        #expect(alone.revisions.map(\.role) == [.candidate])
    }
}
