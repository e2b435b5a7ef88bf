import AgentProtocol
import FleetModel
import Spool
import Testing

@Suite struct AttemptSpoolTests {
    private let folder: ScratchFolder
    private let directory: SpoolDirectory
    private let spool: AttemptSpool

    init() throws {
        folder = try ScratchFolder()
        directory = try SpoolFixture.open(folder.root)
        spool = try directory.create(try SpoolFixture.lease(), job: try SpoolFixture.job())
    }

    private func append(_ numbers: Range<Int>) throws {
        try spool.append(records: numbers.map { SpoolFixture.record($0) })
    }

    @Test func `batches count from one without gaps and hold five records at most`() throws {
        try append(0..<12)
        try spool.seal()
        let sent = try SpoolFixture.sendable(spool)
        #expect(sent.batches.map(\.sequence) == [1, 2, 3])
        #expect(sent.numbers == Array(0..<12))
        #expect(spool.lastSequence == 3)
    }

    @Test func `no batch is larger than its limit`() throws {
        for number in 0..<40 {
            try spool.append(records: [SpoolFixture.record(number, padding: number * 20)])
        }
        try spool.seal()
        let sent = try SpoolFixture.sendable(spool)
        #expect(sent.batches.allSatisfy { $0.body.count <= SpoolFixture.small.batchBytes })
        #expect(sent.numbers == Array(0..<40))
    }

    @Test func `records that fill no batch wait for the seal`() throws {
        try append(0..<3)
        try spool.sync()
        #expect(try spool.nextBatch(after: 0) == nil)
        try spool.seal()
        #expect(try spool.nextBatch(after: 0)?.sequence == 1)
    }

    @Test func `a seal without records makes no batch`() throws {
        try spool.seal()
        try spool.seal()
        #expect(spool.lastSequence == 0)
    }

    @Test func `a resent batch has the same bytes, also after more records`() throws {
        try append(0..<2)
        try spool.seal()
        let first = try #require(try spool.nextBatch(after: 0))
        try append(2..<9)
        try spool.seal()
        #expect(try spool.nextBatch(after: 0) == first)
    }

    @Test func `a body is what the encoder makes of the batch`() throws {
        try append(0..<4)
        try spool.seal()
        let body = try #require(try spool.nextBatch(after: 0)).body
        let request = BatchRequest(sequence: 1, records: (0..<4).map { SpoolFixture.record($0) })
        #expect(try WireCodec.encode(request) == body)
    }

    @Test func `acknowledged batches vanish and free their room`() throws {
        try append(0..<15)
        try spool.seal()
        let before = spool.spoolBytes
        try spool.acknowledge(through: 2)
        #expect(try SpoolFixture.sendable(spool).batches.map(\.sequence) == [3])
        #expect(spool.spoolBytes < before)
        try spool.acknowledge(through: 1)
        #expect(spool.acknowledgedSequence == 2)
        try spool.acknowledge(through: 3)
        #expect(spool.spoolBytes == 0)
        #expect(directory.usedBytes == 0)
    }

    @Test func `an acknowledgement past the last batch is refused`() throws {
        try append(0..<5)
        try spool.seal()
        #expect(throws: SpoolFailure.unknownSequence(2)) { try spool.acknowledge(through: 2) }
    }

    @Test func `a 64-bit counter arrives digit by digit`() throws {
        let counts: [UInt64] = [.max, .max - 1, 9_007_199_254_740_993]
        let record = MeasurementRecord(
            at: .zero, benchmark: "parse", metric: "instructions", unit: "count", better: .lower,
            provider: .hardware, role: .base, phase: .measure, iteration: 0,
            values: counts.map { MeasuredNumber($0) })
        try spool.append(records: [.measurement(record)])
        try spool.seal()
        let body = try #require(try spool.nextBatch(after: 0)).body
        let batch = try BatchRequest.decode(bytes: body, limits: .standard)
        #expect(batch.records == [.measurement(record)])
        #expect(String(decoding: body, as: UTF8.self).contains("18446744073709551615"))
    }

    @Test func `a broken record is refused and takes its neighbours with it`() throws {
        let broken = BatchRecord.logMark(
            LogMarkRecord(at: .zero, offset: -1, phase: .measure, text: "x"))
        let problem = FieldProblem("/offset", "The count is negative.")
        #expect(throws: SpoolFailure.recordInvalid(index: 1, problem)) {
            try spool.append(records: [SpoolFixture.record(1), broken])
        }
        try spool.seal()
        #expect(spool.lastSequence == 0)
    }

    @Test func `a record larger than a batch is refused`() throws {
        #expect {
            try spool.append(records: [SpoolFixture.record(1, padding: 1500)])
        } throws: { error in
            guard case .recordTooLarge(index: 0, _)? = error as? SpoolFailure else { return false }
            return true
        }
    }

    @Test func `a refused record gives way to a note under the same number`() throws {
        try append(0..<10)
        try spool.seal()
        let note = NoteRecord(at: .zero, level: .warning, text: "77.refused")
        let changed = try spool.replaceRecord(at: 1, ofBatch: 1, by: note)
        let sent = try SpoolFixture.sendable(spool)
        #expect(sent.numbers == [0, 77, 2, 3, 4, 5, 6, 7, 8, 9])
        #expect(sent.batches.first == changed)
        #expect(throws: SpoolFailure.unknownSequence(9)) {
            try spool.replaceRecord(at: 0, ofBatch: 9, by: note)
        }
    }

    @Test func `the end is stored once`() throws {
        try append(0..<2)
        let stored = try spool.finish { SpoolFixture.finish(last: $0, log: $1) }
        #expect(stored.lastSequence == 1)
        #expect(try spool.finish { SpoolFixture.finish(last: $0, log: $1) } == stored)
        #expect(throws: SpoolFailure.finished) {
            try spool.finish { SpoolFixture.finish(.cancelled, last: $0, log: $1) }
        }
        #expect(throws: SpoolFailure.finished) {
            try spool.append(records: [SpoolFixture.record(3)])
        }
        #expect(spool.life == .finished)
    }

    @Test func `many threads may append`() async throws {
        let spool = spool
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<4 {
                group.addTask {
                    for number in 0..<25 {
                        try spool.append(records: [SpoolFixture.record(lane * 100 + number)])
                        if number.isMultiple(of: 7) { try spool.seal() }
                    }
                }
            }
            try await group.waitForAll()
        }
        try spool.seal()
        let numbers = try SpoolFixture.sendable(spool).numbers
        for lane in 0..<4 {
            #expect(numbers.filter { $0 / 100 == lane } == (0..<25).map { lane * 100 + $0 })
        }
    }
}
