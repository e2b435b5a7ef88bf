import FleetModel
import Hummingbird
import Storage
import WebSupport

/// Reads an attempt's log as it grows (API contract, §3.3): `chunk {offset, text}`, then
/// `end {length, complete, state}` once the attempt has ended. An event's id is where the next
/// one begins.
struct LogFollower: Sendable {
    let attempt: AttemptID
    let runs: RunStore
    let logs: LogStore
    let polls: LongPolls

    /// Bytes of one event; the next ones are read when these are on their way.
    private static let chunkBytes = 64 << 10

    /// What the client has already: `Last-Event-ID` stands before `offset`.
    static func start(of request: Request) throws(APIError) -> Int64 {
        let query = try QueryParameters(request)
        let offset = Int64(try query.integer("offset", in: 0...Int.max) ?? 0)
        guard let last = request.headers[HeaderName.name("Last-Event-ID")] else { return offset }
        guard let position = Int64(last), position >= 0 else {
            throw APIError(.badHeader, "Last-Event-ID is not one that this stream gave.")
        }
        return position
    }

    func next(from offset: Int64, within patience: Duration) async throws -> PulledEvents {
        let topic = AttemptLogRoutes<CallContext>.topic(of: attempt)
        let found = try await polls.hold(for: [topic], upTo: patience) {
            try await look(from: offset)
        }
        return found ?? PulledEvents(events: [], position: offset, isLast: false)
    }

    /// Nil while there is nothing to tell.
    private func look(from offset: Int64) async throws -> PulledEvents? {
        // The state first: bytes that come between the two reads are then not taken for missing.
        guard let record = try await runs.attempt(attempt),
            let slice = try await logs.slice(
                of: attempt, from: offset, limit: Self.chunkBytes)
        else { return ended(at: offset, isComplete: false, state: nil) }
        let isEnd = slice.isComplete || record.state.isTerminal
        let reachesEnd = offset + Int64(slice.bytes.count) >= slice.length
        let bytes = isEnd && reachesEnd ? slice.bytes[...] : Self.wholeCharacters(slice.bytes)
        if !bytes.isEmpty { return chunk(bytes, at: offset) }
        guard isEnd else { return nil }
        return ended(at: offset, isComplete: slice.isComplete, state: record.state)
    }

    private func chunk(_ bytes: ArraySlice<UInt8>, at offset: Int64) -> PulledEvents {
        let end = offset + Int64(bytes.count)
        let data = JSONValue.object([
            "offset": .integer(offset), "text": .string(String(decoding: bytes, as: UTF8.self)),
        ])
        return PulledEvents(
            events: [ServerSentEvent(id: "\(end)", name: "chunk", data: data.text)],
            position: end, isLast: false)
    }

    private func ended(at offset: Int64, isComplete: Bool, state: AttemptState?) -> PulledEvents {
        let data = JSONValue.members([
            "length": .integer(offset), "complete": .bool(isComplete),
            "state": state.map { .string($0.rawValue) },
        ])
        return PulledEvents(
            events: [ServerSentEvent(id: "\(offset)", name: "end", data: data.text)],
            position: offset, isLast: true)
    }

    /// Without the beginning of a character whose rest has not come yet.
    static func wholeCharacters(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        // At most the first three bytes of a character of four.
        for length in 1...3 where length <= bytes.count {
            let lead = bytes[bytes.count - length]
            let needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1
            if lead & 0xC0 != 0x80 { return needed > length ? bytes.dropLast(length) : bytes[...] }
        }
        return bytes[...]
    }
}
