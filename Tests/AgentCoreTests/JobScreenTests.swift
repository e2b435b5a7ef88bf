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

    private func failure(
        _ job: JobDescription, allowing allowed: JobScreen.Permissions = .init()
    ) throws -> Failure? {
        let screen = JobScreen(
            allowList: AllowList(["https://git.example.org/*"]), jobTimeLimit: .seconds(1_000_000),
            allowing: allowed, host: Samples.host,
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

    /// The job with its words of isolation changed.
    private func job(_ word: String, _ changed: String) throws -> JobDescription {
        var text = String(decoding: try Samples.job(), as: UTF8.self)
        let isolation = try #require(text.firstRange(of: "\"isolation\""))
        let place = try #require(text[isolation.upperBound...].firstRange(of: word))
        text.replaceSubrange(place, with: changed)
        return try WireCodec.decode(JobDescription.self, from: Array(text.utf8))
    }

    @Test func `no isolation and the network are for the operator to allow`() throws {
        let bare = try job("\"partial\"", "\"none\"")
        let refused = try failure(bare)
        #expect(refused?.detail == .agentPolicy)
        #expect(refused?.message.contains("--allow-no-isolation") == true)
        #expect(try failure(bare, allowing: .init(bareHost: true)) == nil)
        let open = try job("\"network\": \"off\"", "\"network\": \"on\"")
        #expect(try failure(open)?.message.contains("--allow-network") == true)
        #expect(try failure(open, allowing: .init(network: true)) == nil)
    }

    @Test func `a profile of tuning is known, or the job is the fault`() throws {
        let strict = try job("\"tuning\": []", "\"tuning\": [\"strict\"]")
        #expect(try failure(strict) == nil)
        let odd = try failure(job("\"tuning\": []", "\"tuning\": [\"quantum\"]"))
        #expect(odd?.detail == .suiteInvalid)
    }

    @Test func `what the host counts is no reason to refuse`() throws {
        let failure = try failure(job(required: ["cycles"]))
        #expect(failure?.detail != .counterFailed)
    }
}
