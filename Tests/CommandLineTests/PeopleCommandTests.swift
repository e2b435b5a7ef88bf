import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import CommandLine

/// Keys, users and teams on the command line.
@Suite struct PeopleCommandTests {
    private static let user = "0197a1b2-0000-7000-8000-00000000000a"
    private static let team = "0197a1b2-0000-7000-8000-00000000000b"
    private static let key = "pg_live_" + String(repeating: "0f", count: 16)

    private static let replies: [String: FakeController.Answer] = [
        "GET /users": .json(
            #"{"items":[{"id":"\#(user)","name":"ada","version":3}],"next_cursor":null}"#),
        "GET /teams": .json(
            #"{"items":[{"id":"\#(team)","name":"parsers","version":4,"members":[]}]}"#),
        "POST /keys": .json(
            #"{"id":"0197-1","key":"\#(key)","role":"viewer"}"#, status: 201),
    ]

    private func run(
        _ arguments: [String], _ answers: [String: FakeController.Answer] = [:]
    ) async throws -> (Program.Ended, [FakeController.Call]) {
        let all = Self.replies.merging(answers) { $1 }
        return try await withController { call in
            let path = call.path.replacing("/api/v1", with: "", maxReplacements: 1)
            return all["\(call.method) \(path)"] ?? .nothing
        } _: { server in
            (await Program(server: server).run(arguments), server.calls)
        }
    }

    @Test func `a key stands alone on standard output`() async throws {
        let (ended, calls) = try await run([
            "keys", "create", "nightly", "--role", "contributor", "--project", "parser",
            "--pattern", "^web-", "--operate",
        ])
        #expect(ended.status == .done, "\(ended.notices)")
        #expect(ended.answer == Self.key + "\n")
        #expect(
            calls.last?.body == #"{"description":"nightly","grants":["operate"],"#
                + #""pattern":"^web-","project":"parser","role":"contributor"}"#)
    }

    @Test func `a key goes into a new file that nobody else reads, and is not shown`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let file = folder + "/ci.key"
            let arguments = ["keys", "create", "ci", "--project", "p", "--output", file]
            let (ended, _) = try await run(arguments)
            #expect(ended.answer.isEmpty)
            #expect(!ended.notices.contains(Self.key))
            #expect(FileManager.default.contents(atPath: file) == Data((Self.key + "\n").utf8))
            let facts = try FileManager.default.attributesOfItem(atPath: file)
            #expect(facts[.posixPermissions] as? Int == 0o600)
            let (again, _) = try await run(arguments)
            #expect(again.status == .failed)
            #expect(again.notices.contains("fleetmark keys revoke 0197-1"))
        }
    }

    @Test func `keys are listed with what became of them`() async throws {
        let list = """
            {"keys":[
            {"id":"k1","key_prefix":"pg_live_ab12...***","role":"admin","project":"*",
            "description":"first","created_at":"2026-01-01T00:00:00Z"},
            {"id":"k2","key_prefix":"pg_live_cd34...***","role":"viewer","project":"p",
            "description":"old","expires_at":"2001-01-01T00:00:00.000000Z"},
            {"id":"k3","key_prefix":"pg_live_ef56...***","role":"viewer","project":"p",
            "description":"gone","revoked_at":"2026-02-03T04:05:06.000000Z"}]}
            """
        let (ended, _) = try await run(["keys", "list"], ["GET /keys": .json(list)])
        #expect(ended.answer.contains("in force"))
        #expect(ended.answer.contains("ended 2001-01-01"))
        #expect(ended.answer.contains("revoked 2026-02-03"))
        let (json, _) = try await run(["keys", "list", "--json"], ["GET /keys": .json(list)])
        #expect(json.answer.hasPrefix(#"{"schema":"fleetmark.keys.list.v1","items":[{"#))
    }

    @Test func `a user is found by name and changed as it was seen`() async throws {
        let (ended, calls) = try await run(
            ["users", "disable", "ada"],
            ["PATCH /users/\(Self.user)": .json(#"{"id":"x","name":"ada","disabled":true}"#)])
        #expect(ended.answer == "ada is out\n", "\(ended.notices)")
        #expect(calls.last?.body == #"{"disabled":true}"#)
        let (wrong, _) = try await run(["users", "remove", "adda"])
        #expect(wrong.status == .failed)
        #expect(wrong.notices.contains("did you mean ada?"))
    }

    @Test func `roles are given to users and teams, and taken away`() async throws {
        let (ended, calls) = try await run(
            ["teams", "role", "parsers", "admin", "--project", "parser"],
            [
                "PUT /projects/parser/bindings/team%3A\(Self.team)": .json(
                    #"{"subject":"team:x","role":"admin"}"#)
            ])
        #expect(ended.answer == "parsers has admin on parser\n", "\(ended.notices)")
        #expect(calls.last?.body == #"{"role":"admin"}"#)
        let (gone, _) = try await run(
            ["users", "role", "ada", "none", "--installation"],
            ["DELETE /bindings/user%3A\(Self.user)": .nothing])
        #expect(gone.answer == "ada has no role on the installation\n", "\(gone.notices)")
    }

    @Test func `a member is taken in`() async throws {
        let (ended, calls) = try await run(
            ["teams", "member", "parsers", "ada", "--role", "maintainer"],
            [
                "PUT /teams/\(Self.team)/members/\(Self.user)": .json(
                    #"{"id":"x","name":"parsers"}"#)
            ])
        #expect(ended.answer == "ada is maintainer of parsers\n", "\(ended.notices)")
        #expect(calls.last?.body == #"{"role":"maintainer"}"#)
    }
}
