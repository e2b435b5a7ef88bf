import Testing

@testable import CommandLine

/// `project edit` against a controller that records what it is told.
@Suite struct ProjectEditTests {
    private func run(
        _ arguments: [String], _ overrides: [String: FakeController.Answer] = [:]
    ) async throws -> (ended: Program.Ended, calls: [FakeController.Call]) {
        let controller = try SampleController(overrides)
        return try await withController(controller.script) { server in
            let ended = await Program(server: server).run(arguments)
            return (ended, server.calls)
        }
    }

    @Test func `a project is changed as it was seen`() async throws {
        let path = "/projects/lantern"
        let (ended, calls) = try await run(
            [
                "project", "edit", "lantern", "--set", "title=", "--set", "visibility=public",
                "--set", "queue_limit=20",
            ],
            [
                "GET \(path)": .json(#"{"id":"x","name":"lantern","version":4}"#),
                "PATCH \(path)": .json(
                    #"{"id":"x","name":"lantern","visibility":"public","queue_limit":20}"#),
            ])
        #expect(ended.status == .done, "\(ended.notices)")
        #expect(ended.answer.contains("20 at once"))
        #expect(
            calls.last?.body == #"{"queue_limit":20,"title":null,"visibility":"public"}"#)
        for (wrong, said) in [
            ("title", "is not KEY=VALUE"), ("name=x", "has no `name`"),
            ("queue_limit=many", "no number of jobs"),
        ] {
            let (refused, _) = try await run(["project", "edit", "lantern", "--set", wrong])
            #expect(refused.status == .usage)
            #expect(refused.notices.contains(said), "\(refused.notices)")
        }
    }
}
