import NIOHTTP1
import Testing

@testable import CommandLine

/// `headline`: all benchmarks together.
@Suite struct HeadlineCommandTests {
    private static let reply = """
        {"metric":"time","from":{"position":3,"time_us":1794000000000000},\
        "to":{"position":null,"time_us":1795000000000000},"host_classes":[\
        {"host_class":"linux","better":"lower","index":{"ratio":1.021,"low":1.01,"high":1.032,\
        "series":12},"missing":1,"course":[\
        {"position":3,"time_us":1794000000000000,"index":{"ratio":1,"low":1,"high":1,"series":12}},\
        {"position":9,"time_us":1794500000000000,"index":{"ratio":1.021,"low":null,"high":null,\
        "series":12}}],"movers":[{"series_id":"a","benchmark":"parse","params":{"size":"64k"},\
        "ratio":1.25},{"series_id":"b","benchmark":"scan","params":{},"ratio":0.9}]},\
        {"host_class":"arm","better":"lower","index":null,"missing":3,"course":[],"movers":[]}]}
        """
    private static let path = "/projects/sample/headline"

    private func run(
        _ arguments: [String], _ reply: String = reply
    ) async throws -> (ended: Program.Ended, calls: [FakeController.Call]) {
        let controller = try SampleController(["GET \(Self.path)": .json(reply)])
        return try await withController(controller.script) { server in
            var program = Program(server: server)
            program.environment["FLEETMARK_PROJECT"] = "sample"
            return (await program.run(["headline"] + arguments), server.calls)
        }
    }

    @Test func `the index of each class stands in a line, with its interval`() async throws {
        let (ended, calls) = try await run([])
        #expect(ended.status == .done, "\(ended.notices)")
        try Recorded.expect(ended.answer, equals: "headline.txt")
        #expect(calls.last?.query == "metric=time")
        let (movers, _) = try await run(["--movers"])
        try Recorded.expect(movers.answer, equals: "headline-movers.txt")
    }

    @Test func `releases, days, classes and metrics are asked for as they were given`()
        async throws
    {
        let (ended, calls) = try await run([
            "tag:v1.2", "v1.3", "--metric", "instructions", "--host-class", "linux",
            "--repository", "main",
        ])
        #expect(ended.status == .done, "\(ended.notices)")
        #expect(
            calls.last?.query
                == "metric=instructions&host_class=linux&from=refs%2Ftags%2Fv1.2&to=v1.3"
                + "&repository=main")
        let (since, sinceCalls) = try await run(["--since", "30d", "--csv"])
        #expect(sinceCalls.last?.query == "metric=time&since=30d")
        #expect(since.answer.hasPrefix("class,metric,change,"), "\(since.answer)")
        #expect(try await run(["v1.2", "--since", "30d"]).ended.status == .usage)
    }

    @Test func `the document is the API's, and nothing known is said`() async throws {
        let (ended, _) = try await run(["--json"])
        #expect(ended.answer.contains(#""schema":"fleetmark.headline.v1""#))
        #expect(ended.answer.contains(#""host_class":"linux""#))
        let none = #"{"metric":"time","from":{},"to":{},"host_classes":[]}"#
        let (empty, _) = try await run([], none)
        #expect(empty.status == .done && empty.answer.isEmpty)
        #expect(empty.notices.contains("no series of time was analysed yet"))
    }
}
