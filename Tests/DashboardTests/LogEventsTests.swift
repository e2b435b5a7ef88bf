import API
import AsyncHTTPClient
import Database
import FleetModel
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOHTTP1
import SampleFleets
import Storage
import TestSupport
import Testing
import WebSupport

/// The stream of a log, over a socket and with a client that behaves as browsers do.
@Suite struct LogEventsTests {
    /// An attempt that is being measured, and the address of the server that tells of it.
    private struct Server {
        let database: any Database
        let port: Int
        let attempt: AttemptRecord

        private var holder: AttemptStore.Holder {
            AttemptStore.Holder(
                attempt: attempt.id, fence: attempt.fence, agent: attempt.agent,
                session: attempt.session)
        }

        func append(_ bytes: [UInt8]) async throws {
            let length = try await RunStore(database).attempt(attempt.id)?.logBytes ?? 0
            _ = try await IngestStore(database, settings: LeaseSettings())
                .appendLog(bytes, at: length, from: holder)
        }

        func append(_ text: String) async throws { try await append(Array(text.utf8)) }

        func finish() async throws {
            let length = try await RunStore(database).attempt(attempt.id)?.logBytes ?? 0
            _ = try await FinishStore(database, settings: LeaseSettings()).finish(
                FinishStore.Report(
                    outcome: .completed, failure: nil, lastSequence: 0, logLength: length,
                    digest: "finish"), from: holder)
        }

        func request(_ query: String = "", lastEvent: String? = nil, key: String? = "admin")
            -> HTTPClientRequest
        {
            var request = HTTPClientRequest(
                url: "http://127.0.0.1:\(port)/api/v1/attempts/\(attempt.id)/log/events\(query)")
            if let key { request.headers.add(name: "authorization", value: "Bearer \(key)") }
            if let lastEvent { request.headers.add(name: "last-event-id", value: lastEvent) }
            return request
        }

        func open(_ query: String = "", lastEvent: String? = nil) async throws -> EventReader {
            let response = try await HTTPClient.shared.execute(
                request(query, lastEvent: lastEvent), timeout: .seconds(60))
            #expect(response.status == .ok)
            #expect(response.headers.first(name: "content-type") == "text/event-stream")
            return EventReader(response.body)
        }
    }

    private static func serve(_ body: @escaping @Sendable (Server) async throws -> Void)
        async throws
    {
        let clock = SampleClock()
        try await withDatabase(.memory, clock: { clock.now.microseconds }) { database in
            _ = try await Migrator.run(StorageMigrations.all, on: database)
            let story = try await SampleStory.tell(on: database, clock: clock)
            let attempts = try await RunStore(database).attempts(of: story.running.runs[0])
            let attempt = try #require(attempts.last)
            let polls = LongPolls()
            let changes = database.listen([WorkChannel.attempt])
            let signals = Task {
                for await change in changes {
                    guard let attempt = AttemptID(change.payload) else { continue }
                    polls.signal(AttemptLogRoutes<CallContext>.topic(of: attempt))
                }
            }
            defer { signals.cancel() }
            let application = Application(
                responder: try DashboardFixture.responder(over: database, polls: polls),
                configuration: .init(address: .hostname("127.0.0.1", port: 0)),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await application.test(.live) { client in
                let port = try #require(client.port)
                try await body(Server(database: database, port: port, attempt: attempt))
            }
        }
    }

    @Test func `a client that was cut off goes on where it stood, and hears of the end`()
        async throws
    {
        try await Self.serve { server in
            try await server.append("checkout\n")
            var reader = try await server.open()
            let first = try #require(try await reader.next())
            #expect(first.name == "chunk")
            #expect(try first.text() == "checkout\n")
            try await server.append("build\n")
            let second = try #require(try await reader.next())
            #expect(try second.text() == "build\n")
            // The connection is lost; meanwhile the log grows.
            reader = EventReader(nil)
            try await server.append("measure 1 of 8\n")
            reader = try await server.open("?offset=0", lastEvent: second.id)
            let third = try #require(try await reader.next())
            #expect(try third.text() == "measure 1 of 8\n")
            try await server.append("measure 8 of 8\n")
            try await server.finish()
            let fourth = try #require(try await reader.next())
            #expect(try fourth.text() == "measure 8 of 8\n")
            let end = try #require(try await reader.next())
            #expect(end.name == "end")
            #expect(end.data.contains("\"length\":45"))
            #expect(end.data.contains("\"complete\":true"))
            #expect(try await reader.next() == nil)
        }
    }

    @Test func `a client that stalls loses nothing and holds nobody up`() async throws {
        try await Self.serve { server in
            let line = String(repeating: "é", count: 31) + "\n"
            let part = Array(String(repeating: line, count: 4000).utf8)
            var reader = try await server.open()
            // More than the sockets between the two can hold, while nothing is read.
            for _ in 0..<32 { try await server.append(part) }
            try await server.finish()
            var received = 0
            var isWhole = true
            while let event = try await reader.next(), event.name == "chunk" {
                let text = try event.text()
                isWhole = isWhole && !text.unicodeScalars.contains("\u{FFFD}")
                received += text.utf8.count
            }
            #expect(received == 32 * part.count)
            #expect(isWhole)
        }
    }

    @Test func `a character that comes in two parts is told whole`() async throws {
        try await Self.serve { server in
            try await server.append([0x61, 0xE2, 0x82])
            var reader = try await server.open()
            #expect(try await reader.next()?.text() == "a")
            try await server.append([0xAC, 0x0A])
            #expect(try await reader.next()?.text() == "€\n")
            // Bytes that never become a character are told at the end.
            try await server.append([0xE2])
            try await server.finish()
            #expect(try await reader.next()?.text() == "\u{FFFD}")
            #expect(try await reader.next()?.name == "end")
        }
    }

    @Test func `a log that has ended is told from the place asked for`() async throws {
        try await Self.serve { server in
            try await server.append("one\ntwo\n")
            try await server.finish()
            var reader = try await server.open("?offset=4")
            #expect(try await reader.next()?.text() == "two\n")
            #expect(try await reader.next()?.name == "end")
            var late = try await server.open("?offset=8")
            #expect(try await late.next()?.name == "end")
            let past = try await HTTPClient.shared.execute(
                server.request("?offset=9"), timeout: .seconds(30))
            #expect(past.status == .notFound)
        }
    }

    @Test func `logs are told to members alone, and only so many at once`() async throws {
        try await Self.serve { server in
            for (key, status) in [(nil, 401), ("vault", 404)] as [(String?, Int)] {
                let refused = try await HTTPClient.shared.execute(
                    server.request(key: key), timeout: .seconds(30))
                #expect(refused.status.code == UInt(status), "\(key ?? "nobody")")
            }
            let bad = try await HTTPClient.shared.execute(
                server.request(lastEvent: "x"), timeout: .seconds(30))
            #expect(bad.status == .badRequest)
            var readers: [EventReader] = []
            for _ in 0..<6 { readers.append(try await server.open()) }
            let seventh = try await HTTPClient.shared.execute(
                server.request(), timeout: .seconds(30))
            #expect(seventh.status == .tooManyRequests)
            try await server.finish()
            for var reader in readers { #expect(try await reader.next()?.name == "end") }
        }
    }
}

/// Takes server-sent events out of a body, and no byte of it before it is asked to.
private struct EventReader {
    struct Event {
        let id: String?
        let name: String
        let data: String

        func text() throws -> String {
            struct Chunk: Decodable { let text: String }
            return try JSONDecoder().decode(Chunk.self, from: Data(data.utf8)).text
        }
    }

    private var bytes: HTTPClientResponse.Body.AsyncIterator?
    private var held: [UInt8] = []

    init(_ body: HTTPClientResponse.Body?) { bytes = body?.makeAsyncIterator() }

    /// Nil at the end of the stream; comments are passed over.
    mutating func next() async throws -> Event? {
        while true {
            if let end = Self.end(of: held) {
                let text = String(decoding: held[..<end], as: UTF8.self)
                held.removeFirst(end + 2)
                if let event = Self.event(text) { return event }
                continue
            }
            guard let buffer = try await bytes?.next() else { return nil }
            held += Array(buffer.readableBytesView)
        }
    }

    private static func end(of bytes: [UInt8]) -> Int? {
        bytes.indices.first { place in
            bytes[place] == 0x0A && place + 1 < bytes.count && bytes[place + 1] == 0x0A
        }
    }

    private static func event(_ text: String) -> Event? {
        var fields: [Substring: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix(":") {
            let halves = line.split(separator: ":", maxSplits: 1)
            fields[halves[0]] = halves.count > 1 ? String(halves[1].dropFirst()) : ""
        }
        guard let name = fields["event"] else { return nil }
        return Event(id: fields["id"], name: name, data: fields["data"] ?? "")
    }
}
