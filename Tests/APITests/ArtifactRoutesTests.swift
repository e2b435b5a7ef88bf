import FleetModel
import Glibc
import Hummingbird
import Pipeline
import Storage
import Testing

@testable import FleetmarkController
@testable import WebSupport

/// Files of attempts: declared and sent by agents, listed and fetched by people.
@Suite struct ArtifactRoutesTests {
    private static func withLease(
        _ body:
            @escaping @Sendable (SampleFleet, SampleAgent.Lease, _ run: String) async throws
            -> Void
    ) async throws {
        try await SampleFleet.with { fleet in
            let request = try await fleet.trigger("lantern", ["ref": "main"])
            let lease = try await fleet.agent.lease()
            try await body(fleet, lease, try #require(request.runs.first))
        }
    }

    /// Three parts of the least size that a controller asks for.
    private static let large = SampleFile(
        text: String(repeating: "0123456789abcdef", count: 10_000), partBytes: 1)
    private static let partBytes = 65_536

    @Test func `a file arrives part by part, in any order and as often as it likes`() async throws {
        try await Self.withLease { fleet, lease, run in
            let agent = fleet.agent
            let declared = try await agent.declare(Self.large, of: lease)
            #expect(declared.status == 201)
            #expect(declared["part_bytes"].integer == 65_536)
            #expect(declared["missing"] == [0, 1, 2])
            for (number, left) in [(2, [0, 1]), (0, [1]), (0, [1])] as [(Int, [Int])] {
                let sent = try await agent.sendPart(
                    number, Self.large.part(number, Self.partBytes), of: Self.large, lease)
                #expect(sent.status == 200, "\(sent.text)")
                #expect(sent["missing"] == .array(left.map { .integer($0) }))
                #expect(sent["complete"] == false)
            }
            let again = try await agent.declare(Self.large, of: lease)
            #expect(again.status == 200)
            #expect(again["missing"] == [1])
            let beat = try await agent.heartbeat(1, of: lease)
            #expect(beat["artifacts_missing"].items.first?["parts"] == [1])
            #expect(try await fleet.fixture.get("/runs/\(run)/artifacts")["items"] == [])
            let last = try await agent.sendPart(
                1, Self.large.part(1, Self.partBytes), of: Self.large, lease)
            #expect(last["complete"] == true)
            // The answer was lost.
            let twice = try await agent.sendPart(
                1, Self.large.part(1, Self.partBytes), of: Self.large, lease)
            #expect(twice.status == 200 && twice["complete"] == true)
            let listed = try await fleet.fixture.get("/runs/\(run)/artifacts")["items"].items
            #expect(listed.count == 1)
            #expect(listed.first?["facts"]["tool"] == "perf")
            #expect(listed.first?["revision_role"] == "candidate")
            let id = try declared.known("id")
            let fetched = try await fleet.fixture.get("/artifacts/\(id)/content")
            #expect(fetched.text == Self.large.text)
        }
    }

    @Test func `the same bytes need not be sent again`() async throws {
        try await Self.withLease { fleet, lease, _ in
            _ = try await fleet.agent.leave(Self.large, of: lease)
            var other = Self.large
            other.name = "profile/parse/base/stacks.folded"
            let declared = try await fleet.agent.declare(other, of: lease)
            #expect(declared.status == 201)
            #expect(declared["missing"] == [])
            let id = try declared.known("id")
            #expect(
                try await fleet.fixture.get("/artifacts/\(id)/content").text == Self.large.text)
        }
    }

    @Test func `what does not fit together is refused`() async throws {
        try await Self.withLease { fleet, lease, _ in
            let agent = fleet.agent
            let file = SampleAgent.stacks
            #expect(try await agent.sendPart(0, file.text, of: file, lease).status == 404)
            _ = try await agent.declare(file, of: lease)
            let other = SampleFile(text: "other")
            let mismatch = try await agent.declare(other, of: lease)
            #expect(mismatch.reason == "artifact_mismatch")
            let digest = try await agent.sendPart(
                0, file.text, of: file, lease, announced: SampleAgent.digest("other"))
            #expect(digest.reason == "bad_digest")
            #expect(try await agent.sendPart(0, "short", of: file, lease).reason == "invalid_value")
            #expect(try await agent.sendPart(1, file.text, of: file, lease).status == 404)
            var many = Self.large
            many.name = "many"
            _ = try await agent.declare(many, of: lease)
            let long = try await agent.sendPart(
                0, String(repeating: "x", count: Self.partBytes + 1), of: many, lease)
            #expect(long.reason == "part_too_large")
            let fenced = try await agent.sendPart(0, file.text, of: file, lease, fence: 99)
            #expect(fenced.reason == "fenced")
            for name in ["../up", "/root", "a//b", "a/./b", "a\\b", ""] {
                var bad = file
                bad.name = name
                #expect(try await agent.declare(bad, of: lease).status == 422, "\(name)")
            }
        }
    }

    @Test func `bytes that are not what they are called must come again`() async throws {
        try await Self.withLease { fleet, lease, _ in
            let file = SampleFile(text: "right")
            _ = try await fleet.agent.declare(file, of: lease)
            let wrong = try await fleet.agent.sendPart(0, "wrong", of: file, lease)
            #expect(wrong.reason == "bad_digest")
            #expect(try await fleet.agent.declare(file, of: lease)["missing"] == [0])
            let right = try await fleet.agent.sendPart(0, "right", of: file, lease)
            #expect(right["complete"] == true)
        }
    }

    @Test func `what a fenced attempt sends does not reach the disk`() async throws {
        try await Self.withLease { fleet, lease, _ in
            let file = SampleFile(text: "never")
            _ = try await fleet.agent.declare(file, of: lease)
            let folder = fleet.fixture.composition.content
            let upload = "\(lease.attempt)-\(file.digest.dropFirst("sha256:".count))"
            let fenced = try await fleet.agent.sendPart(0, "never", of: file, lease, fence: 99)
            #expect(fenced.reason == "fenced")
            #expect(folder.lastGrowth(of: upload) == nil)
            // The name is right: what the holder sends is there until it is whole.
            let long = Self.large
            _ = try await fleet.agent.declare(
                SampleFile(name: "long", text: long.text, partBytes: 1), of: lease)
            _ = try await fleet.agent.sendPart(
                1, long.part(1, Self.partBytes), of: long, lease)
            let other = "\(lease.attempt)-\(long.digest.dropFirst("sha256:".count))"
            #expect(folder.lastGrowth(of: other) != nil)
        }
    }

    @Test func `content that no row knows is removed when it is old`() async throws {
        try await SampleFleet.with { fleet in
            _ = try await fleet.measure(commit: fleet.repository.main[1])
            let composition = fleet.fixture.composition
            let folder = composition.content
            let text = Array("nobody's".utf8)
            let key = try #require(ContentKey(hex: SHA256Text.of(text)))
            let known = try #require(ContentKey(SampleAgent.stacks.digest))
            try await folder.write(text, at: 0, of: "u")
            try await folder.keep("u", as: key)
            for key in [key, known] {
                var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
                try #require(utimensat(AT_FDCWD, folder.place(of: key), &times, 0) == 0)
            }
            let retention = ArtifactRetention(
                store: ArtifactStore(fleet.fixture.database), folder: folder,
                logger: composition.logger)
            var removed = 0
            for number in UInt8.min...UInt8.max {
                removed += try await retention.removeOrphans(inFolder: number)
            }
            #expect(removed == 1)
            #expect(!folder.has(key, sizeBytes: Int64(text.count)))
            #expect(folder.has(known, sizeBytes: 19))
        }
    }

    @Test func `an attempt does not end before its files are here`() async throws {
        try await Self.withLease { fleet, lease, _ in
            let file = SampleAgent.stacks
            let end = SampleAgent.end(artifacts: [file.digest])
            let never = try await fleet.agent.finish(end, of: lease)
            #expect(never.reason == "incomplete")
            let missing = never["details"]["missing"]["artifacts"]
            #expect(missing.items.first?["digest"].string == file.digest)
            _ = try await fleet.agent.declare(file, of: lease)
            let open = try await fleet.agent.finish(end, of: lease)
            #expect(open["details"]["missing"]["artifacts"].items.first?["parts"] == [0])
            _ = try await fleet.agent.leave(file, of: lease)
            #expect(try await fleet.agent.finish(end, of: lease).status == 200)
        }
    }

    struct Case: Sendable {
        let range: String
        let status: Int
        var text = ""
        var place: String?
    }

    private static let ranges = [
        Case(range: "bytes=0-4", status: 206, text: "bench", place: "bytes 0-4/19"),
        Case(range: "bytes=6-9", status: 206, text: "main", place: "bytes 6-9/19"),
        Case(range: "bytes=11-", status: 206, text: "parse 7\n", place: "bytes 11-18/19"),
        Case(range: "bytes=-2", status: 206, text: "7\n", place: "bytes 17-18/19"),
        Case(
            range: "bytes=-99", status: 206, text: SampleAgent.stacks.text, place: "bytes 0-18/19"),
        Case(range: "bytes=5-99", status: 206, text: ";main;parse 7\n", place: "bytes 5-18/19"),
        Case(range: "bytes=19-", status: 416, place: "bytes */19"),
        Case(range: "bytes=-0", status: 416, place: "bytes */19"),
        Case(range: "bytes=4-2", status: 200, text: SampleAgent.stacks.text),
        Case(range: "bytes=0-1,3-4", status: 200, text: SampleAgent.stacks.text),
        Case(range: "lines=1-2", status: 200, text: SampleAgent.stacks.text),
        Case(range: "bytes=99999999999999999999-", status: 200, text: SampleAgent.stacks.text),
    ]

    @Test func `a range is answered, and nothing is shown or run`() async throws {
        try await Self.withLease { fleet, lease, _ in
            var file = SampleAgent.stacks
            file.name = "profile/a \"b\"/stäcks.html"
            file.mediaType = "text/html"
            let id = try await fleet.agent.leave(file, of: lease)
            let path = "/artifacts/\(id)/content"
            for given in Self.ranges {
                let reply = try await fleet.fixture.call(
                    .get, path, headers: [.range: given.range])
                #expect(reply.status == given.status, "\(given.range)")
                #expect(reply.text == given.text, "\(given.range)")
                #expect(reply[header: "Content-Range"] == given.place, "\(given.range)")
                #expect(reply[header: "X-Content-Type-Options"] == "nosniff")
            }
            let whole = try await fleet.fixture.get(path)
            #expect(whole[header: "Content-Type"] == "text/html")
            #expect(whole[header: "Content-Security-Policy"] == "sandbox")
            #expect(
                whole[header: "Content-Disposition"]
                    == "attachment; filename=\"st_cks.html\"; filename*=UTF-8''st%C3%A4cks.html")
            let tag = try #require(whole[header: "ETag"])
            #expect(tag == "\"\(file.digest)\"")
            let known = try await fleet.fixture.call(
                .get, path, headers: [.ifNoneMatch: tag])
            #expect(known.status == 304 && known.bytes.isEmpty)
        }
    }

    @Test func `what retention took is gone, and its name stays`() async throws {
        try await SampleFleet.with { fleet in
            let measured = try await fleet.measure(commit: fleet.repository.main[1])
            let composition = fleet.fixture.composition
            let key = try #require(ContentKey(SampleAgent.stacks.digest))
            #expect(composition.content.has(key, sizeBytes: 19))
            var limits = ArtifactLimits()
            limits.keep = .seconds(-1)
            let retention = ArtifactRetention(
                store: ArtifactStore(fleet.fixture.database, limits: limits),
                folder: composition.content, logger: composition.logger)
            #expect(try await retention.sweep() == false)
            #expect(!composition.content.has(key, sizeBytes: 19))
            let path = "/artifacts/\(measured.artifact)"
            let gone = try await fleet.fixture.get(path + "/content")
            #expect(gone.status == 410 && gone.reason == "deleted_by_retention")
            #expect(try await fleet.fixture.get(path)["deleted_us"].integer != nil)
            let attempt = try await fleet.fixture.get("/attempts/\(measured.attempt)")
            #expect(attempt["artifacts"] == [.string(measured.artifact)])
        }
    }
}
