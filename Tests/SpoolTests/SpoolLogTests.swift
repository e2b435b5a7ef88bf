import AgentProtocol
import FleetModel
import Foundation
import Spool
import Testing

@Suite struct SpoolLogTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private static let mark = Array("\n[fleetmark] log truncated\n".utf8)

    private func spool(
        capacity: Int64 = 1 << 30, limits: SpoolLimits = SpoolFixture.small
    ) throws -> AttemptSpool {
        let directory = try SpoolFixture.open(folder.root, capacity: capacity, limits: limits)
        return try directory.create(try SpoolFixture.lease(), job: try SpoolFixture.job())
    }

    /// Appends until the spool is full; the number of records that it took.
    private func fill(_ spool: AttemptSpool) throws -> Int {
        for number in 0..<100_000 where try !takes(number, spool) { return number }
        throw SpoolFixture.FixtureProblem()
    }

    private func takes(_ number: Int, _ spool: AttemptSpool) throws -> Bool {
        do {
            try spool.append(records: [SpoolFixture.record(number, padding: 100)])
            return true
        } catch {
            guard error == .full else { throw error }
            return false
        }
    }

    @Test func `only durable bytes are offered`() throws {
        let spool = try spool()
        _ = try spool.appendLog(Array("abcdef".utf8))
        #expect(try spool.logChunk(from: 0, limit: 100).isEmpty)
        try spool.sync()
        #expect(try spool.logChunk(from: 0, limit: 4) == Array("abcd".utf8))
        #expect(try spool.logChunk(from: 4, limit: 4) == Array("ef".utf8))
        #expect(try spool.logChunk(from: 6, limit: 4).isEmpty)
        #expect(try spool.logChunk(from: -1, limit: 4).isEmpty)
    }

    @Test func `a log at its limit ends with one mark`() throws {
        let spool = try spool()
        var outcomes: [LogAppend] = []
        for _ in 0..<6 { outcomes.append(try spool.appendLog([UInt8](repeating: 65, count: 100))) }
        try spool.sync()
        #expect(outcomes == [.taken, .taken, .taken, .cut, .dropped, .dropped])
        let log = try spool.logChunk(from: 0, limit: 1000)
        #expect(log == [UInt8](repeating: 65, count: 300) + Self.mark)
        #expect(spool.logIsCut)
    }

    @Test func `a cut log stays cut after a restart`() throws {
        do {
            let spool = try spool()
            _ = try spool.appendLog([UInt8](repeating: 65, count: 500))
            try spool.sync()
        }
        let spool = try #require(try SpoolFixture.open(folder.root).attempts.first)
        #expect(spool.logIsCut)
        #expect(try spool.appendLog([1]) == .dropped)
        #expect(try spool.logChunk(from: 0, limit: 1000) == Self.mark)
    }

    @Test func `logs leave a quarter of the room to samples`() throws {
        let limits = SpoolLimits(batchBytes: 1000, batchRecords: 5, logBytes: 1 << 20)
        let spool = try spool(capacity: 4000, limits: limits)
        while try spool.appendLog([UInt8](repeating: 65, count: 500)) == .taken {}
        try spool.sync()
        #expect((2500...3100).contains(spool.logLength))
    }

    @Test func `a full spool gives up the log before any sample`() throws {
        let limits = SpoolLimits(batchBytes: 1000, batchRecords: 5, logBytes: 1 << 20)
        let spool = try spool(capacity: 10_000, limits: limits)
        _ = try spool.appendLog([UInt8](repeating: 65, count: 6000))
        try spool.sync()
        let offered = try spool.logChunk(from: 0, limit: 1000)
        let count = try fill(spool)
        try spool.seal()
        #expect(spool.logIsCut)
        #expect(try spool.logChunk(from: 0, limit: 1 << 20) == offered + Self.mark)
        let sent = try SpoolFixture.sendable(spool)
        #expect(sent.numbers == Array(0..<count))
        let sampleBytes = sent.batches.reduce(0) { $0 + $1.body.count }
        #expect(sampleBytes > 8000)
    }

    @Test func `a full spool still sends, and takes more once there is room`() throws {
        let spool = try spool(capacity: 5000)
        let count = try fill(spool)
        try spool.seal()
        #expect(try SpoolFixture.sendable(spool).numbers == Array(0..<count))
        try spool.acknowledge(through: spool.lastSequence)
        try spool.append(records: [SpoolFixture.record(count)])
        try spool.seal()
        let sent = try SpoolFixture.sendable(spool, after: spool.acknowledgedSequence)
        #expect(sent.numbers == [count])
    }

    @Test func `a full spool still takes the end`() throws {
        let spool = try spool(capacity: 5000)
        _ = try fill(spool)
        let end = try spool.finish { SpoolFixture.finish(.cancelled, last: $0, log: $1) }
        #expect(end.lastSequence == spool.lastSequence)
    }

    @Test func `a log file that lost bytes says so`() throws {
        let path: String
        do {
            let spool = try spool()
            _ = try spool.appendLog([UInt8](repeating: 65, count: 200))
            try spool.sync()
            path = spool.path + "/log"
        }
        try Data(repeating: 65, count: 50).write(to: URL(filePath: path))
        let spool = try #require(try SpoolFixture.open(folder.root).attempts.first)
        try spool.sync()
        let log = try spool.logChunk(from: 0, limit: 1000)
        #expect(log == [UInt8](repeating: 65, count: 50) + Self.mark)
    }

    @Test func `acknowledged lengths only rise and stay within the log`() throws {
        let spool = try spool()
        _ = try spool.appendLog([1, 2, 3])
        try spool.sync()
        try spool.acknowledgeLog(through: 2)
        try spool.acknowledgeLog(through: 1)
        #expect(spool.acknowledgedLogLength == 2)
        #expect(throws: SpoolFailure.unknownSequence(4)) { try spool.acknowledgeLog(through: 4) }
    }
}
