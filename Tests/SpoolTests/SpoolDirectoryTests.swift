import AgentProtocol
import FleetModel
import Foundation
import GRDB
import Spool
import Testing

@Suite struct SpoolDirectoryTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func create(in directory: SpoolDirectory, _ number: Int = 1) throws -> AttemptSpool {
        try directory.create(try SpoolFixture.lease(number), job: try SpoolFixture.job())
    }

    @Test func `a reopened spool goes on where it was`() throws {
        do {
            let spool = try create(in: try SpoolFixture.open(folder.root))
            try spool.append(records: (0..<7).map { SpoolFixture.record($0) })
            try spool.record(
                progress: SpoolProgress(phase: .measure, progress: 9, done: 1, total: 2))
            _ = try spool.appendLog(Array("hello".utf8))
            try spool.sync()
            try spool.acknowledge(through: 1)
        }
        let directory = try SpoolFixture.open(folder.root)
        let spool = try #require(directory.attempts.first)
        #expect(try spool.lease == SpoolFixture.lease())
        #expect(spool.life == .interrupted)
        #expect(spool.progress.progress == 9)
        #expect(spool.logLength == 5)
        try spool.append(records: [SpoolFixture.record(7)])
        try spool.seal()
        let sent = try SpoolFixture.sendable(spool)
        #expect(sent.batches.map(\.sequence) == [2])
        #expect(sent.numbers == [5, 6, 7])
        #expect(directory.setAside.isEmpty)
    }

    @Test func `an end survives the process`() throws {
        let stored: FinishRequest
        do {
            let spool = try create(in: try SpoolFixture.open(folder.root))
            stored = try spool.finish { SpoolFixture.finish(last: $0, log: $1) }
        }
        let spool = try #require(try SpoolFixture.open(folder.root).attempts.first)
        #expect(spool.finishRequest == stored)
        #expect(spool.spooled(resumable: false).state == .finished)
    }

    @Test func `secrets do not reach the disk`() throws {
        let golden = try SpoolFixture.job()
        let text = String(decoding: try WireCodec.encode(golden), as: UTF8.self)
        let secret = text.replacing(
            #""repository":{"#,
            with: #""repository":{"credential":{"kind":"token","secret":"hush","expires_us":1},"#)
        let job = try WireCodec.decode(JobDescription.self, from: Array(secret.utf8))
        #expect(job.repository?.credential != nil)
        let directory = try SpoolFixture.open(folder.root)
        let spool = try directory.create(try SpoolFixture.lease(), job: job)
        #expect(spool.descriptor == golden)
        for name in try FileManager.default.contentsOfDirectory(atPath: spool.path) {
            let bytes = try Data(contentsOf: URL(filePath: spool.path + "/" + name))
            #expect(bytes.range(of: Data("hush".utf8)) == nil)
        }
    }

    enum Damage: CaseIterable { case noise, empty, missing, foreign, swapped }

    @Test(arguments: Damage.allCases)
    func `a damaged attempt is set aside and the others go on`(_ damage: Damage) throws {
        let path: String
        do {
            let directory = try SpoolFixture.open(folder.root)
            let spool = try create(in: directory, 1)
            try spool.append(records: (0..<50).map { SpoolFixture.record($0) })
            try spool.seal()
            let other = try create(in: directory, 2)
            try other.append(records: [SpoolFixture.record(1)])
            try other.seal()
            path = spool.path
        }
        try inflict(damage, on: path)
        let directory = try SpoolFixture.open(folder.root)
        #expect(directory.attempts.map(\.attempt) == [try SpoolFixture.lease(2).attempt])
        let aside = try #require(directory.setAside.first)
        #expect(FileManager.default.fileExists(atPath: aside.path))
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try SpoolFixture.open(folder.root).setAside.isEmpty)
    }

    private func inflict(_ damage: Damage, on path: String) throws {
        let file = URL(filePath: path + "/spool.sqlite")
        for suffix in ["-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: file.path + suffix)
        }
        switch damage {
        case .noise:
            var bytes = try Data(contentsOf: file)
            for index in stride(from: 100, to: bytes.count, by: 7) { bytes[index] ^= 0x5A }
            try bytes.write(to: file)
        case .empty: try Data().write(to: file)
        case .missing: try FileManager.default.removeItem(at: file)
        case .foreign: try Data(repeating: 0x41, count: 8192).write(to: file)
        case .swapped:
            let other = folder.root + "/" + (try SpoolFixture.lease(2).attempt.text)
            try Data(contentsOf: URL(filePath: other + "/spool.sqlite")).write(to: file)
        }
    }

    @Test(arguments: [
        "DELETE FROM batch WHERE seq = 2", "UPDATE attempt SET last_seq = 9223372036854775807",
        "UPDATE attempt SET acked_seq = -1", "UPDATE attempt SET fence = 0",
        "UPDATE attempt SET descriptor = x'7B7D'", "UPDATE attempt SET state = 'odd'",
        "ALTER TABLE attempt DROP COLUMN log_cut", "DELETE FROM attempt", "DROP TABLE batch",
        "PRAGMA user_version = 9",
    ])
    func `a file that contradicts itself is set aside`(_ change: String) throws {
        let path: String
        do {
            let spool = try create(in: try SpoolFixture.open(folder.root))
            try spool.append(records: (0..<12).map { SpoolFixture.record($0) })
            try spool.seal()
            path = spool.path
        }
        let file = try DatabaseQueue(path: path + "/spool.sqlite")
        try file.write { try $0.execute(sql: change) }
        try file.close()
        let directory = try SpoolFixture.open(folder.root)
        #expect(directory.attempts.isEmpty)
        #expect(directory.setAside.count == 1)
    }

    @Test func `half-made and half-removed directories are cleared away`() throws {
        let names = ["new-01975a31-0000-7000-8000-000000000001", "discarded-x"]
        for name in names {
            try FileManager.default.createDirectory(
                atPath: folder.root + "/" + name, withIntermediateDirectories: true)
        }
        let directory = try SpoolFixture.open(folder.root)
        #expect(directory.attempts.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.root).isEmpty)
    }

    @Test func `a discarded attempt is gone for good`() throws {
        let directory = try SpoolFixture.open(folder.root)
        let spool = try create(in: directory)
        try spool.append(records: [SpoolFixture.record(1)])
        try directory.discard(spool.attempt)
        #expect(directory.usedBytes == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.root).isEmpty)
        #expect(throws: SpoolFailure.discarded) { try spool.sync() }
        #expect(throws: SpoolFailure.discarded) { try spool.nextBatch(after: 0) }
        #expect(throws: SpoolFailure.discarded) { try directory.discard(spool.attempt) }
    }

    @Test func `an attempt has one spool`() throws {
        let directory = try SpoolFixture.open(folder.root)
        let spool = try create(in: directory)
        #expect(throws: SpoolFailure.exists(spool.attempt.text)) { try create(in: directory) }
    }
}
