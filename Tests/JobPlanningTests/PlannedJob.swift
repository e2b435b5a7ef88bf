import AgentProtocol
import FleetModel
import ProjectFile
import Testing

@testable import JobPlanning

/// When every job of these tests is planned.
let planningTime = ServerTime(microseconds: 1_700_000_000_000_000)

func identifier<Kind>() -> Identifier<Kind> {
    var random = SystemRandomNumberGenerator()
    return Identifier(at: planningTime, using: &random)
}

/// The job of one cell; both sides have the same file unless `baseText` is given.
func plan(
    _ text: String, hasBase: Bool = true, baseText: String? = nil, comparisons: Int = 1,
    cell: MatrixCell = MatrixCell(values: [:]),
    narrowing: MeasuringWish.Narrowing = .init(), effort: MeasuringWish.Effort = .init()
) throws -> JobDescription? {
    func side(_ digit: String, _ text: String) throws -> JobPlanner.Side {
        JobPlanner.Side(
            commit: try #require(CommitHash(String(repeating: digit, count: 40))),
            file: try parsed(text), path: "fleetmark.yaml", digest: "d", buildKey: digit,
            buildDigest: digit)
    }
    let identity = JobPlanner.Identity(
        run: identifier(), job: identifier(), unclaimed: identifier(), anyHost: identifier(),
        request: identifier(), now: planningTime, expires: planningTime + .seconds(60), seed: 7)
    let planner = JobPlanner(
        MeasuringWish(narrowing: narrowing, effort: effort),
        of: JobPlanner.Source(
            project: .init(id: identifier(), name: "sample"), repository: identifier(),
            url: "https://git.example.org/sample.git"),
        comparisons: comparisons)
    let sides = JobPlanner.Sides(
        candidate: try side("a", text),
        base: hasBase ? try side("b", baseText ?? text) : nil)
    return try planner.plan(sides, in: cell, as: identity)?.description
}
