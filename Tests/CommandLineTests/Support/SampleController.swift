import Foundation
import NIOHTTP1

/// A controller with the recorded sample project: one request, two runs, one host.
struct SampleController: Sendable {
    static let regressed = "01a1fd0c-ca4f-7c55-9db4-6673f7e6ea35"
    static let unclear = "01a1fd0c-ca4f-7764-858c-55eede69e1a0"
    static let request = "01a1fd0c-ca4f-782f-a490-d9b4b9434c78"

    /// Answers that go before the recorded ones, by `METHOD path`.
    var overrides: [String: FakeController.Answer] = [:]
    /// By path, the recorded replies.
    private let replies: [String: String]

    init(_ overrides: [String: FakeController.Answer] = [:]) throws {
        self.overrides = overrides
        var replies: [String: String] = [:]
        let names = [
            "/projects": "projects", "/projects/sample": "project",
            "/projects/sample/repositories": "repositories", "/projects/sample/runs": "runs",
            "/requests/\(Self.request)": "request", "/hosts": "hosts",
            "/enrolment-tokens": "tokens", "/projects/sample/series": "series",
            "/projects/sample/change-points": "change-points",
            "/series/01a1fd0c-0000-7000-8000-000000000001/points": "series-points",
            "/series/01a1fd0c-0000-7000-8000-000000000002/points": "series-points",
        ]
        for (path, name) in names { replies[path] = try Recorded.reply(name) }
        for (id, number) in [(Self.regressed, "1"), (Self.unclear, "2")] {
            replies["/runs/\(id)"] = try Recorded.reply("run\(number)")
            for part in ["comparison", "measurements", "attempts", "cases"] {
                replies["/runs/\(id)/\(part)"] = try Recorded.reply("\(part)\(number)")
            }
            replies["/comparisons/\(try Self.comparison(number))/rows"] =
                try Recorded.reply("rows\(number)")
        }
        self.replies = replies
    }

    /// The id in a recorded comparison.
    private static func comparison(_ number: String) throws -> String {
        let text = try Recorded.reply("comparison\(number)")
        let start = text.range(of: "\"id\": \"").map { text[$0.upperBound...] } ?? ""
        return String(start.prefix { $0 != "\"" })
    }

    var script: FakeController.Script {
        { call in
            let path = call.path.replacing("/api/v1", with: "", maxReplacements: 1)
            if let answer = overrides["\(call.method.rawValue) \(path)"] { return answer }
            if path == "/runs/\(Self.regressed)/dependencies" {
                let name = call.query.isEmpty ? "dependencies" : "dependencies-diff"
                if let reply = try? Recorded.reply(name) { return .json(reply) }
            }
            if call.method == .GET, let reply = replies[path] { return .json(reply) }
            return .json(
                #"{"code":"not_found","message":"There is no such object.","#
                    + #""details":{"reason":"not_found"}}"#, status: 404)
        }
    }

    /// The reply to a trigger that asked for both recorded runs.
    static let triggered = """
        {"request":{"id":"\(request)","state":"queued","runs":["\(regressed)","\(unclear)"],\
        "skipped":[],"revision":1},"runs":[{"id":"\(regressed)",\
        "commit":"6bad3390169ce5dee7219a02170a386d1638dc7a","host_class":"default","jobs":[],\
        "state":"queued","reused":false},{"id":"\(unclear)",\
        "commit":"92d06a9307224fe11f27fe0b20f34086cc3a7358","host_class":"default","jobs":[],\
        "state":"queued","reused":false}],"url":"https://fleet.example/requests/\(request)"}
        """
}
