import Database
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct NotificationTests {
    struct Refusal: Error {}

    @Test(arguments: TestBackend.available)
    func `listeners hear after the commit, each message once`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            var heard = database.listen(["jobs"]).makeAsyncIterator()
            #expect(await heard.next() == .init(resync: "jobs"))
            _ = try? await database.transaction(.write(.ordinary)) { connection in
                try connection.notify("jobs", "rolled back")
                throw Refusal()
            }
            try await database.transaction(.write(.ordinary)) { connection in
                try connection.notify("jobs", "ż 1")
                try connection.notify("jobs", "ż 1")
                try connection.notify("others", "unheard")
                try connection.notify("jobs", "")
            }
            #expect(await heard.next() == .init(channel: "jobs", payload: "ż 1"))
            #expect(await heard.next() == .init(channel: "jobs", payload: ""))
            try await database.transaction(.write(.urgent)) { try $0.notify("jobs", "last") }
            #expect(await heard.next() == .init(channel: "jobs", payload: "last"))
        }
    }

    @Test(arguments: TestBackend.available)
    func `a slow listener keeps the newest`(_ backend: TestBackend) async throws {
        let count = DatabaseLimits.notifications * 2
        try await withDatabase(backend) { database in
            let slow = database.listen(["jobs"])
            var quick = database.listen(["done"]).makeAsyncIterator()
            _ = await quick.next()
            try await database.transaction(.write(.ordinary)) { connection in
                for number in 0..<count { try connection.notify("jobs", "\(number)") }
                try connection.notify("done", "")
            }
            while let next = await quick.next(), next.isResync {}
            await database.close()
            let kept = await slow.reduce(into: []) { $0.append($1.payload) }
            #expect(kept.count == DatabaseLimits.notifications)
            #expect(kept.last == "\(count - 1)")
        }
    }

    @Test(arguments: TestBackend.available)
    func `close ends the streams`(_ backend: TestBackend) async throws {
        try await withDatabase(backend) { database in
            let stream = database.listen(["jobs"])
            await database.close()
            for await _ in stream {}
            for await _ in database.listen(["jobs"]) { Issue.record("opened after close") }
        }
    }

    @Test(arguments: TestBackend.available)
    func `a channel's name and a payload have their limits`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            for channel in ["", "Jobs", "a b", "1a", "a\"", String(repeating: "a", count: 64)] {
                await #expect(throws: DatabaseFailure.self) {
                    try await database.transaction(.write(.ordinary)) { [channel] in
                        try $0.notify(channel, "")
                    }
                }
                for await _ in database.listen([channel]) { Issue.record("heard \(channel)") }
            }
            await #expect(throws: DatabaseFailure.tooLong(what: "a notification of 8000 bytes")) {
                try await database.transaction(.write(.ordinary)) {
                    try $0.notify("jobs", String(repeating: "x", count: 8_000))
                }
            }
            await #expect(throws: DatabaseFailure.invalidText(where: "a notification")) {
                try await database.transaction(.write(.ordinary)) { try $0.notify("jobs", "\0") }
            }
            try await database.transaction(.write(.ordinary)) {
                try $0.notify("jobs", String(repeating: "x", count: 7_999))
            }
        }
    }
}
