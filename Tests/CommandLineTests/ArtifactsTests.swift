import Crypto
import Foundation
import TestSupport
import Testing

@testable import CommandLine

/// `artifacts`: listing, fetching, and what is not believed of a server.
@Suite struct ArtifactsTests {
    private static let stacks = "bench;main;leaf 412\n"

    private static func digest(_ text: String) -> String {
        "sha256:"
            + SHA256.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
    }

    private static func item(
        _ id: String, _ name: String, text: String = stacks, more: String = ""
    ) -> String {
        """
        {"id":"\(id)","name":"\(name)","kind":"profile","media_type":"text/plain",\
        "size_bytes":\(text.utf8.count),"digest":"\(digest(text))","revision_role":"candidate",\
        "benchmark":"parse","attempt_id":"a","created_us":1,\
        "facts":{"tool":"perf","event":"cpu-clock:u","frequency_hz":"999"}\(more)}
        """
    }

    private func run(
        _ arguments: [String], _ items: [String], content: String = stacks
    ) async throws -> (ended: Program.Ended, fetched: Int) {
        let run = SampleController.regressed
        let list = FakeController.Answer.json(#"{"items":[\#(items.joined(separator: ","))]}"#)
        let controller = try SampleController([
            "GET /runs/\(run)/artifacts": list,
            "GET /artifacts/one/content": .text(content, headers: []),
            "GET /artifacts/two/content": .text(content, headers: []),
        ])
        return try await withController(controller.script) { server in
            let ended = await Program(server: server).run(["artifacts", run] + arguments)
            return (ended, server.calls.count { $0.path.hasSuffix("/content") })
        }
    }

    private static let two = [
        item("one", "profile/parse/candidate/stacks.folded"),
        item("two", "profile/parse/base/stacks.folded"),
    ]

    @Test func `files are listed with their size and what made them`() async throws {
        let (ended, fetched) = try await run([], Self.two)
        #expect(ended.status == .done)
        #expect(ended.answer.contains("profile/parse/base/stacks.folded"))
        #expect(ended.answer.contains("20 B"))
        #expect(ended.answer.contains("perf cpu-clock:u"))
        #expect(fetched == 0)
        let none = try await run([], [])
        #expect(none.ended.status == .done)
        #expect(none.ended.notices.contains("no files"))
    }

    @Test func `what is named is fetched, and only once`() async throws {
        try await withTemporaryFolder { folder in
            let arguments = ["*/candidate/*", "--output", folder + "/out"]
            let first = try await run(arguments, Self.two)
            #expect(first.ended.status == .done, "\(first.ended.notices)")
            #expect(first.fetched == 1)
            let path = folder + "/out/profile/parse/candidate/stacks.folded"
            #expect(try String(contentsOfFile: path, encoding: .utf8) == Self.stacks)
            let second = try await run(arguments, Self.two)
            #expect(second.ended.status == .done)
            #expect(second.fetched == 0)
            #expect(second.ended.notices.contains("have "))
            let all = try await run(["--output", folder + "/out"], Self.two)
            #expect(all.fetched == 1)
        }
    }

    @Test func `other bytes than announced are not kept`() async throws {
        try await withTemporaryFolder { folder in
            let (ended, _) = try await run(
                ["--output", folder + "/out"], [Self.two[0]], content: "something else\n")
            #expect(ended.status == .failed)
            #expect(ended.notices.contains("its digest differs"))
            let left = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String]
            #expect(left?.contains { $0.contains("stacks") } == false, "\(left ?? [])")
        }
    }

    @Test(arguments: ["../up", "/etc/x", "a/../../b", "a\\\\b", "a//b"])
    func `a name that leads out of the folder is refused`(_ name: String) async throws {
        try await withTemporaryFolder { folder in
            let (ended, fetched) = try await run(
                ["--output", folder + "/out"], [Self.item("one", name)])
            #expect(ended.status == .failed)
            #expect(ended.notices.contains("not safe"))
            #expect(fetched == 0)
        }
    }

    @Test func `a name that is not there, and bytes that are gone, are told`() async throws {
        try await withTemporaryFolder { folder in
            let missing = try await run(["nothing*"], Self.two)
            #expect(missing.ended.status == .failed)
            #expect(missing.ended.notices.contains("nothing*"))
            let gone = Self.item("one", "old", more: #","deleted_us":5"#)
            let (ended, fetched) = try await run(["--output", folder + "/out"], [gone])
            #expect(ended.status == .partial)
            #expect(ended.notices.contains("deleted by retention"))
            #expect(fetched == 0)
        }
    }

    struct Case: Sendable {
        let name: String
        let pattern: String
        let fits: Bool
    }

    @Test(arguments: [
        Case(name: "a/b", pattern: "a/b", fits: true),
        Case(name: "a/b", pattern: "a", fits: false),
        Case(name: "a/b", pattern: "*", fits: true),
        Case(name: "a/b", pattern: "a/*", fits: true),
        Case(name: "a/b", pattern: "*/b", fits: true),
        Case(name: "abcabc", pattern: "a*c*c", fits: true),
        Case(name: "abc", pattern: "a*c*c", fits: false),
        Case(name: "ab", pattern: "ab*b", fits: false),
        Case(name: "aab", pattern: "*a*b", fits: true),
        Case(name: "xay", pattern: "*a", fits: false),
    ])
    func `a star stands for anything`(_ given: Case) {
        #expect(ArtifactsCommand.fits(given.name, given.pattern) == given.fits)
    }
}
