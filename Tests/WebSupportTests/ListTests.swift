import HTTPTypes
import Hummingbird
import Identity
import Testing

@testable import WebSupport

@Suite struct ListTests {
    private let codec = CursorCodec(seal: .ephemeral())
    private let position = ListPosition(["1700000000000000", "näme/ü", ""])

    @Test func `a cursor gives its position back`() throws {
        let text = try #require(codec.cursor(at: position, binding: "runs?state=queued"))
        #expect(text.utf8.count <= 512)
        #expect(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        #expect(try codec.position(of: text, binding: "runs?state=queued") == position)
    }

    @Test func `a cursor of other filters is a mismatch`() throws {
        let text = try #require(codec.cursor(at: position, binding: "runs?state=queued"))
        let error = #expect(throws: APIError.self) {
            try codec.position(of: text, binding: "runs?state=running")
        }
        #expect(error?.reason == .cursorMismatch)
    }

    @Test func `a cursor changed at any place is refused`() throws {
        let text = try #require(codec.cursor(at: position, binding: "b"))
        for offset in text.indices {
            var changed = text
            let other: Character = text[offset] == "A" ? "B" : "A"
            changed.replaceSubrange(offset...offset, with: String(other))
            let error = #expect(throws: APIError.self) {
                try codec.position(of: changed, binding: "b")
            }
            #expect(error?.reason == .badCursor)
        }
        for foreign in ["", ".", "a.b.c", String(repeating: "a", count: 600)] {
            let error = #expect(throws: APIError.self) {
                try codec.position(of: foreign, binding: "b")
            }
            #expect(error?.reason == .badCursor)
        }
    }

    @Test func `a position that is too long gives no cursor`() {
        let long = ListPosition([String(repeating: "x", count: 600)])
        #expect(codec.cursor(at: long, binding: "b") == nil)
    }

    struct LimitCase { let query: String; let limit: Int? }
    @Test(arguments: [
        LimitCase(query: "", limit: 50), LimitCase(query: "limit=1", limit: 1),
        LimitCase(query: "limit=200", limit: 200), LimitCase(query: "limit=0", limit: nil),
        LimitCase(query: "limit=201", limit: nil), LimitCase(query: "limit=x", limit: nil),
        LimitCase(query: "limit=1&limit=2", limit: nil),
        LimitCase(query: "limit=99999999999999999999", limit: nil),
    ])
    func `limits are from 1 to 200`(_ given: LimitCase) throws {
        let query = try QueryParameters(given.query)
        let request = try? PageRequest(query, codec: codec, binding: "b")
        #expect(request?.limit == given.limit)
    }

    @Test func `a page always names its next cursor`() throws {
        let last = Page(items: ["a"], nextCursor: nil, total: .atLeast(10_000))
        #expect(
            String(decoding: try ReplyEncoder.bytes(of: last), as: UTF8.self)
                == #"{"items":["a"],"next_cursor":null,"total_at_least":10000}"#)
    }

    @Test func `queries are decoded and unknown keys refused`() throws {
        let query = try QueryParameters("a=1%202+3&label.os=linux&a=%C3%A9&flag=true&b")
        #expect(query.values("a") == ["1 2 3", "é"])
        #expect(try query.boolean("flag") == true)
        #expect(try query.single("b") == "")
        let known: [QueryParameter] = [.any("a", ""), .one("flag", ""), .each("label", "")]
        func isUnknown(_ name: String) -> Bool { !known.contains { $0.admits(name) } }
        try query.refuse { isUnknown($0) && $0 != "b" }
        let error = #expect(throws: APIError.self) { try query.refuse(where: isUnknown) }
        #expect(error?.reason == .unknownParameter)
    }

    @Test(arguments: ["a=%", "a=%f", "a=%zz", "a=%ff", "%ff=1"])
    func `broken escapes in a query are refused`(_ query: String) {
        #expect(throws: APIError.self) { try QueryParameters(query) }
    }

    @Test func `edits need the state that the caller saw`() throws {
        let tag = EntityTag.version(3)
        func request(_ headers: HTTPFields) -> Request {
            Request(
                head: .init(
                    method: .patch, scheme: nil, authority: nil, path: "/", headerFields: headers),
                body: .init(buffer: .init()))
        }
        try request([.ifMatch: #""v2", "v3""#]).requireMatch(tag)
        try request([.ifMatch: "*"]).requireMatch(tag)
        let absent = #expect(throws: APIError.self) { try request([:]).requireMatch(tag) }
        #expect(absent?.status.code == 428)
        let other = #expect(throws: APIError.self) {
            try request([.ifMatch: #""v2""#]).requireMatch(tag)
        }
        #expect(other?.reason == .versionMismatch)
        #expect(other?.details["current_etag"] == .string(#""v3""#))
        #expect(request([.ifNoneMatch: #"W/"v3""#]).alreadyHas(tag))
        #expect(!request([.ifNoneMatch: #""v4""#]).alreadyHas(tag))
        #expect(try request([HeaderName.idempotencyKey: "k-1"]).idempotencyKey()?.text == "k-1")
        #expect(throws: APIError.self) {
            try request([HeaderName.idempotencyKey: String(repeating: "k", count: 129)])
                .idempotencyKey()
        }
    }
}
