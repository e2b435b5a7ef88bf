import Hummingbird
import TestSupport
import Testing

@testable import PerfgateAPI
@testable import WebSupport

/// Verdicts on each store (perfgate contract, §6).
@Suite struct VerdictTests {
    private static let path = "/projects/demo/verdicts"

    @Test(arguments: TestBackend.available)
    func `a verdict is kept as it was sent`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            let made = try await fixture.call(
                .post, Self.path, as: .contributor,
                Sample.verdict(status: "warn", variation: 0.12))
            #expect(made.status == 201)
            #expect(made["schema"] == "perfgate.verdict.v1")
            #expect(made["id"].textOrNil?.count == 32 && made["project"] == "demo")
            #expect(made["run_id"] == "run-1" && made["status"] == "warn")
            #expect(made["counts"]["skip"] == 4_294_967_295)
            #expect(made["reasons"] == .array(["wall_ms_warn", "a \"quoted\" one"]))
            #expect(made["git_ref"] == "main" && !made.text.contains("git_sha"))
            #expect(made["wall_ms_cv"].realOrNil == 0.12)
            #expect(abs((made["flakiness_score"].realOrNil ?? 0) - 0.06) < 1e-12)
            let list = try await fixture.get(Self.path, as: .viewer)
            #expect(list["verdicts"] == .array([made.json]))
            // The same run may be told of many times.
            _ = try await fixture.call(.post, Self.path, Sample.verdict())
            #expect(try await fixture.get(Self.path)["pagination"]["total"] == 2)
        }
    }

    @Test(arguments: TestBackend.available)
    func `the score looks at the verdicts before`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            func score(_ benchmark: String, _ variation: Double?) async throws -> Double? {
                try await fixture.call(
                    .post, Self.path, Sample.verdict(benchmark, variation: variation)
                )["flakiness_score"].realOrNil
            }
            #expect(try await score("web-home", nil) == nil)
            #expect(abs((try await score("web-home", 0.12) ?? -1) - 0.06) < 1e-12)
            #expect(abs((try await score("web-home", 0.60) ?? -1) - 0.53) < 1e-12)
            #expect(abs((try await score("web-home", nil) ?? -1) - 0.53) < 1e-12)
            #expect(try await score("web-other", nil) == nil)
            // What is before the newest nineteen counts no more.
            for _ in 0..<19 { _ = try await score("web-home", 0) }
            #expect(try await score("web-home", nil) == 0)
        }
    }

    @Test(arguments: TestBackend.available)
    func `each filter narrows the list and its total`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            var times: [String] = []
            for (benchmark, status) in [
                ("web-a", "pass"), ("web-b", "fail"), ("web-a", "fail"), ("web-a", "skip"),
            ] {
                let made = try await fixture.call(
                    .post, Self.path, Sample.verdict(benchmark, status: status))
                times.append(made["created_at"].textOrNil ?? "")
            }
            for (query, statuses, total) in [
                ("", ["skip", "fail", "fail", "pass"], 4),
                ("benchmark=web-a", ["skip", "fail", "pass"], 3),
                ("benchmark=web-a&status=fail", ["fail"], 1), ("status=warn", [], 0),
                ("status=fail&limit=1", ["fail"], 2), ("limit=1&offset=3", ["pass"], 4),
                ("since=\(times[2])", ["skip", "fail"], 2),
                ("until=\(times[0])", ["pass"], 1),
            ] {
                let reply = try await fixture.get("\(Self.path)?\(query)")
                #expect(reply.listed("verdicts", "status") == statuses, "\(query)")
                #expect(reply["pagination"]["total"] == .integer(total), "\(query)")
            }
        }
    }

    @Test func `reasons may not be a book`() async throws {
        try await ServiceFixture.with(.memory) { fixture in
            let long = JSONValue.array(
                Array(repeating: .string(String(repeating: "x", count: 1_024)), count: 65))
            let reply = try await fixture.call(
                .post, Self.path, Sample.verdict().with("reasons", long))
            #expect(reply.status == 400)
        }
    }
}
