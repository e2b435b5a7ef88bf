import AgentProtocol
import FleetModel
import Foundation
import GRDB
import Spool
import Testing

/// Files wait in the spool until the controller has them.
@Suite struct SpoolArtifactTests {
    private static func request(_ name: String, _ digit: Character, _ size: Int) -> ArtifactRequest
    {
        ArtifactRequest(
            name: name, kind: "profile", mediaType: "text/plain", sizeBytes: Int64(size),
            digest: "sha256:" + String(repeating: digit, count: 64), partBytes: 8,
            role: .candidate, benchmark: "parse", facts: ["tool": "perf"])
    }

    private static func keep(
        _ spool: AttemptSpool, _ name: String, _ digit: Character, _ bytes: [UInt8]
    ) throws {
        try spool.keepArtifact { (write) throws(SpoolFailure) in
            for byte in bytes { try write([byte]) }
            return request(name, digit, bytes.count)
        }
    }

    private static func spool(_ folder: ScratchFolder, capacity: Int64 = 1 << 30) throws
        -> AttemptSpool
    {
        let directory = try SpoolFixture.open(folder.root, capacity: capacity)
        return try directory.create(try SpoolFixture.lease(), job: try SpoolFixture.job())
    }

    private static func reopened(_ folder: ScratchFolder) throws -> AttemptSpool {
        let directory = try SpoolFixture.open(folder.root)
        #expect(directory.setAside == [])
        return try #require(directory.attempts.first)
    }

    @Test func `what was kept is sent in order, also after a crash`() throws {
        let folder = try ScratchFolder()
        let spool = try Self.spool(folder)
        try Self.keep(spool, "one", "a", Array(0..<20))
        try Self.keep(spool, "two", "b", [7])
        try Self.keep(spool, "same as one", "a", Array(0..<20))
        #expect(spool.openArtifacts == 3)
        #expect(spool.artifactBytes == 21)
        let again = try Self.reopened(folder)
        #expect(again.openArtifacts == 3)
        #expect(again.artifactBytes == 21)
        #expect(again.spoolBytes >= 21)
        let first = try #require(try again.nextArtifact())
        #expect(first.request == Self.request("one", "a", 20))
        #expect(try again.bytes(of: first, from: 0, limit: 8) == Array(0..<8))
        #expect(try again.bytes(of: first, from: 16, limit: 8) == Array(16..<20))
        try again.settle(first, isSent: true)
        let second = try #require(try again.nextArtifact())
        #expect(second.request.name == "two")
        try again.settle(second, isSent: false)
        let last = try Self.reopened(folder)
        let third = try #require(try last.nextArtifact())
        #expect(third.request.name == "same as one")
        try last.settle(third, isSent: true)
        #expect(try last.nextArtifact() == nil)
        #expect(last.sentArtifacts == [Self.request("one", "a", 20).digest])
        try last.reopenArtifacts([Self.request("two", "b", 1).digest])
        #expect(last.openArtifacts == 0, "one that was left out stays out")
        try last.reopenArtifacts([Self.request("one", "a", 20).digest])
        #expect(last.openArtifacts == 2)
    }

    @Test func `a file that does not fit leaves nothing`() throws {
        let folder = try ScratchFolder()
        let spool = try Self.spool(folder, capacity: 4000)
        let before = spool.spoolBytes
        #expect(throws: SpoolFailure.full) {
            try Self.keep(spool, "large", "a", [UInt8](repeating: 1, count: 3500))
        }
        #expect(spool.openArtifacts == 0)
        #expect(spool.spoolBytes == before)
        // Samples have the last quarter for themselves.
        try spool.append(records: [SpoolFixture.record(1)])
        try spool.sync()
    }

    @Test func `a copy that was cut short is gone after a restart`() throws {
        let folder = try ScratchFolder()
        let spool = try Self.spool(folder)
        try Self.keep(spool, "one", "a", [1, 2])
        let files = spool.path + "/artifacts"
        try Data([1]).write(to: URL(filePath: files + "/new-7"))
        try Data([1]).write(
            to: URL(filePath: files + "/" + String(repeating: "c", count: 64)))
        let again = try Self.reopened(folder)
        #expect(again.openArtifacts == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: files).count == 1)
    }

    @Test func `a file that is damaged is left out`() throws {
        let folder = try ScratchFolder()
        let spool = try Self.spool(folder)
        try Self.keep(spool, "one", "a", [1, 2])
        try Data([1]).write(
            to: URL(
                filePath: spool.path + "/artifacts/" + String(repeating: "a", count: 64)))
        let again = try Self.reopened(folder)
        #expect(again.openArtifacts == 0)
        #expect(again.sentArtifacts == [])
    }

    @Test func `a spool of the version before has no artifacts and goes on`() throws {
        let folder = try ScratchFolder()
        let path = try Self.spool(folder).path
        let queue = try DatabaseQueue(path: path + "/spool.sqlite")
        try queue.write { database in
            try database.execute(sql: "DROP TABLE artifact; PRAGMA user_version = 1")
        }
        try queue.close()
        let again = try Self.reopened(folder)
        try Self.keep(again, "one", "a", [1, 2])
        #expect(again.openArtifacts == 1)
    }
}
