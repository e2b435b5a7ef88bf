import AgentProtocol
import Testing

@Suite struct BatchRequestTests {
    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Replaces fields of a measurement that is fine.
        let change: [String: JSONValue]
        let pointer: String
    }

    static let sound: [String: JSONValue] = [
        "type": "measurement", "at_ns": 1, "benchmark": "parse", "metric": "time", "unit": "s",
        "params": .object([:]), "better": "lower", "provider": "software_event",
        "role": "candidate", "phase": "measure", "iteration": 0,
        "values": .array([.number(0.5), .number(0.25)]),
    ]

    static func bytes(_ records: [[String: JSONValue]], seq: Int64 = 1) throws -> [UInt8] {
        try WireCodec.encode(
            JSONValue.object([
                "schema": "fleetmark.batch.v1", "seq": .integer(seq),
                "records": .array(records.map(JSONValue.object)),
            ]))
    }

    static func problem(_ bytes: [UInt8], limits: ProtocolLimits = .standard) -> RecordProblem? {
        do throws(RecordProblem) {
            _ = try BatchRequest.decode(bytes: bytes, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    static let refused = [
        Refused(testDescription: "no value", change: ["values": .array([])], pointer: "/values"),
        Refused(
            testDescription: "5,001 values",
            change: ["values": .array(Array(repeating: 1, count: 5001))], pointer: "/values"),
        Refused(
            testDescription: "a text as value", change: ["values": .array([1, "2"])],
            pointer: "/values/1"),
        Refused(testDescription: "no name", change: ["benchmark": ""], pointer: "/benchmark"),
        Refused(
            testDescription: "a control character in the name", change: ["benchmark": "a\u{0}b"],
            pointer: "/benchmark"),
        Refused(testDescription: "no slug", change: ["metric": "Wall-Time"], pointer: "/metric"),
        Refused(testDescription: "a slug's edge", change: ["metric": "time_"], pointer: "/metric"),
        Refused(testDescription: "a foreign word", change: ["better": "up"], pointer: "/better"),
        Refused(testDescription: "a negative time", change: ["at_ns": -1], pointer: "/at_ns"),
        Refused(testDescription: "a missing field", change: ["role": .null], pointer: "/role"),
        Refused(
            testDescription: "a negative iteration", change: ["iteration": -1],
            pointer: "/iteration"),
        Refused(
            testDescription: "an iteration at the end", change: ["iteration": .integer(.max)],
            pointer: "/iteration"),
        Refused(
            testDescription: "fewer times than values",
            change: ["enabled_ns": .array([1]), "running_ns": .array([1, 1])],
            pointer: "/enabled_ns"),
        Refused(
            testDescription: "more times than values",
            change: ["enabled_ns": .array([1, 1]), "running_ns": .array([1, 1, 1])],
            pointer: "/running_ns"),
        Refused(
            testDescription: "a mark without a value",
            change: [
                "marks": .array([
                    .object(["iteration": 2, "validity": "invalid", "reason": "steal"])
                ])
            ], pointer: "/marks/0/iteration"),
        Refused(
            testDescription: "a key with a slash", change: ["params": .object(["a/b~": 1])],
            pointer: "/params/a~1b~0"),
    ]

    @Test(arguments: refused)
    func `a broken measurement is refused at its place`(_ given: Refused) throws {
        let broken = Self.sound.merging(given.change) { $1 }
        let bytes = try Self.bytes([["type": "x"], broken])
        let problem = try #require(Self.problem(bytes))
        #expect(problem.reason == .recordInvalid)
        #expect(problem.index == 1)
        #expect(problem.pointer == "/records/1" + given.pointer)
    }

    @Test func `a number past the doubles is refused`() throws {
        let text = String(decoding: try Self.bytes([Self.sound]), as: UTF8.self)
        let huge = text.replacing("0.25", with: "1e400")
        #expect(Self.problem(Array(huge.utf8)) != nil)
    }

    @Test(arguments: [UInt64.max, 9_223_372_036_854_775_808, 9_007_199_254_740_993, 0])
    func `a 64-bit counter survives`(_ count: UInt64) throws {
        let bytes = try Self.bytes([
            Self.sound.merging(["values": .array([.unsigned(count)])]) { $1 }
        ])
        let batch = try BatchRequest.decode(bytes: bytes, limits: .standard)
        guard case .measurement(let record)? = batch.records.first else {
            Issue.record("not a measurement")
            return
        }
        #expect(record.values.first?.exact == count)
        let again = try BatchRequest.decode(
            bytes: try WireCodec.encode(batch), limits: .standard)
        #expect(again == batch)
    }

    @Test func `records of a later version are kept by name`() throws {
        let bytes = try Self.bytes([["type": "flame", "at_ns": 3, "heat": 4]])
        let batch = try BatchRequest.decode(bytes: bytes, limits: .standard)
        #expect(batch.records == [.unknown("flame")])
    }

    @Test func `too many records are refused as a batch`() throws {
        let limits = ProtocolLimits(batchBytes: 1 << 20, batchRecords: 2, logChunkBytes: 1)
        let bytes = try Self.bytes(Array(repeating: ["type": "x"], count: 3))
        let problem = Self.problem(bytes, limits: limits)
        #expect(problem?.reason == .batchTooManyRecords)
        #expect(problem?.index == nil)
    }

    @Test func `too many bytes are refused before they are read`() {
        let limits = ProtocolLimits(batchBytes: 10, batchRecords: 2, logChunkBytes: 1)
        let bytes = [UInt8](repeating: 0x20, count: 11)
        #expect(Self.problem(bytes, limits: limits)?.reason == .batchTooLarge)
    }

    @Test func `a second value for one identity is refused`() throws {
        let next = Self.sound.merging(["iteration": 2]) { $1 }
        #expect(Self.problem(try Self.bytes([Self.sound, next])) == nil)
        let overlapping = Self.sound.merging(["iteration": 1]) { $1 }
        let problem = Self.problem(try Self.bytes([Self.sound, next, overlapping]))
        #expect(problem?.index == 2)
        #expect(problem?.pointer == "/records/2/iteration")
    }

    @Test func `another pass is another identity`() throws {
        let pass = Self.sound.merging(["pass": 2]) { $1 }
        #expect(Self.problem(try Self.bytes([Self.sound, pass])) == nil)
    }

    @Test func `batches count from one`() throws {
        let problem = Self.problem(try Self.bytes([], seq: 0))
        #expect(problem?.pointer == "/seq")
    }
}
