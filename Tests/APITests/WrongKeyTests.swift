import FleetmarkController
import Hummingbird
import Testing

@testable import WebSupport

/// Keys that nobody has, in the header of each call.
@Suite struct WrongKeyTests {
    private static func call(
        _ fixture: APIFixture, as caller: SampleCaller, from client: String
    ) async throws -> Reply {
        try await fixture.call(
            .get, "/projects", as: caller, headers: HTTPFields(named: ["X-Forwarded-For": client]))
    }

    @Test func `who guesses is refused for a while, and who has a right key is not`() async throws {
        try await APIFixture.with(configure: {
            $0.publicListener.trustedProxies = ["unix"]
            $0.publicListener.wrongKeysPerMinute = ControllerConfiguration.usualWrongKeys
        }) { fixture in
            let address = "192.0.2.1"
            #expect(try await Self.call(fixture, as: .reader, from: address).status == 200)
            for _ in 0..<10 {
                let reply = try await Self.call(fixture, as: .unknown, from: address)
                #expect(reply.reason == "credentials_invalid")
            }
            let refused = try await Self.call(fixture, as: .unknown, from: address)
            #expect(refused.status == 429)
            #expect(refused.reason == "locked_out")
            let wait = try #require(refused[header: "Retry-After"].flatMap(Int.init))
            #expect((1...60).contains(wait))
            // Never seen before: it might be a guess.
            #expect(try await Self.call(fixture, as: .writer, from: address).status == 429)
            #expect(try await Self.call(fixture, as: .reader, from: address).status == 200)
            #expect(try await Self.call(fixture, as: .writer, from: "192.0.2.2").status == 200)
            #expect(try await Self.call(fixture, as: .writer, from: address).status == 200)
            #expect(try await Self.call(fixture, as: .anonymous, from: address).status == 200)
        }
    }

    @Test func `an operator may switch it off`() async throws {
        try await APIFixture.with(configure: {
            $0.publicListener.wrongKeysPerMinute = 0
        }) { fixture in
            for _ in 0..<15 {
                let reply = try await fixture.get("/projects", as: .unknown)
                #expect(reply.status == 401)
            }
        }
    }
}
