import AgentCore
import AgentProtocol
import FleetModel
import Testing

/// Counters that a job requires; the other rules are tried in `DecisionTests`.
@Suite struct JobScreenTests {
    private func job(required: [String], ofBenchmark: [String]? = nil) throws -> JobDescription {
        var text = String(decoding: try Samples.job(), as: UTF8.self)
        let list = { (names: [String]) in
            "[" + names.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        }
        let counters = try #require(text.firstRange(of: "\"required\": []"))
        text.replaceSubrange(counters, with: "\"required\": \(list(required))")
        if let ofBenchmark {
            let place = try #require(text.firstRange(of: "\"name\": \"parse\","))
            text.insert(
                contentsOf: "\"counters\": {\"events\": [\"core\"], \"mode\": \"process\", "
                    + "\"required\": \(list(ofBenchmark)), \"fallback\": \"none\"},",
                at: place.upperBound)
        }
        return try WireCodec.decode(JobDescription.self, from: Array(text.utf8))
    }

    private func failure(_ job: JobDescription) throws -> Failure? {
        let screen = JobScreen(
            allowList: AllowList(["https://git.example.org/*"]), jobTimeLimit: .seconds(1_000_000),
            host: Samples.host,
            counterProblem: { $0 == "cycles" ? nil : "There is no \($0)." })
        return screen.refusal(
            job, try Samples.lease(), now: ServerTime(microseconds: 0))?.failure
    }

    @Test func `a job is refused for what this host cannot count, with the reasons`() throws {
        let failure = try failure(job(required: ["cycles", "energy", "energy"]))
        #expect(failure?.detail == .counterFailed && failure?.failureClass == .infraHost)
        #expect(failure?.message.hasSuffix("requires. energy: There is no energy.") == true)
    }

    @Test func `what one benchmark requires is the job's requirement`() throws {
        let failure = try failure(job(required: [], ofBenchmark: ["topdown"]))
        #expect(failure?.detail == .counterFailed)
    }

    @Test func `what the host counts is no reason to refuse`() throws {
        let failure = try failure(job(required: ["cycles"]))
        #expect(failure?.detail != .counterFailed)
    }
}
