import AgentProtocol
import Foundation
import Spool
import Testing

/// Random lives of a spool against the simplest model: a list of numbers.
@Suite struct SpoolPropertyTests {
    /// The spool under test and what it must hold.
    struct Life {
        var generator: SeededGenerator
        let folder: ScratchFolder
        var root: String
        var directory: SpoolDirectory
        var spool: AttemptSpool
        var appended = 0
        var synced = 0
        var received: [Int] = []
        var acknowledged: Int64 = 0
        var seen: [Int64: [UInt8]] = [:]

        init(seed: UInt64) throws {
            generator = SeededGenerator(state: seed)
            folder = try ScratchFolder()
            root = folder.root
            directory = try SpoolFixture.open(root)
            spool = try directory.create(try SpoolFixture.lease(), job: try SpoolFixture.job())
        }

        mutating func step() throws {
            switch Int.random(in: 0..<12, using: &generator) {
            case 0..<5: try append()
            case 5..<7:
                try spool.sync()
                synced = appended
            case 7:
                try spool.seal()
                synced = appended
            case 8..<11: try upload()
            default: try crash()
            }
        }

        mutating func append() throws {
            let count = Int.random(in: 0...9, using: &generator)
            let padding = Int.random(in: 0...300, using: &generator)
            try spool.append(
                records: (appended..<(appended + count)).map {
                    SpoolFixture.record($0, padding: padding)
                })
            appended += count
        }

        /// Sends the next batch; sometimes the reply is lost and it is sent again.
        mutating func upload() throws {
            guard let batch = try spool.nextBatch(after: acknowledged) else { return }
            #expect(batch.sequence == acknowledged + 1)
            if let before = seen[batch.sequence] { #expect(before == batch.body) }
            seen[batch.sequence] = batch.body
            guard Bool.random(using: &generator) else { return }
            let request = try BatchRequest.decode(bytes: batch.body, limits: .standard)
            received += request.records.compactMap(SpoolFixture.number)
            acknowledged = batch.sequence
            try spool.acknowledge(through: acknowledged)
        }

        /// Goes on with the files as they are; what was not synced is appended anew.
        mutating func crash() throws {
            let next = folder.path + "/life-\(UUID().uuidString)"
            try SpoolFixture.snapshot(of: root, to: next)
            root = next
            directory = try SpoolFixture.open(root)
            #expect(directory.setAside.isEmpty)
            spool = try #require(directory.attempts.first)
            appended = synced
        }
    }

    @Test(arguments: 0..<60)
    func `each synced record arrives exactly once and in order`(_ seed: UInt64) throws {
        var life = try Life(seed: seed)
        for _ in 0..<40 { try life.step() }
        try life.spool.seal()
        life.received += try SpoolFixture.sendable(life.spool, after: life.acknowledged).numbers
        #expect(life.received == Array(0..<life.appended))
        #expect(life.spool.spoolBytes >= 0)
        try life.spool.acknowledge(through: life.spool.lastSequence)
        #expect(life.directory.usedBytes == 0)
    }
}
