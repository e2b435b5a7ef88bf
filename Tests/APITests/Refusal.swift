import Testing

@testable import WebSupport

/// A body that is refused, and how.
struct Refusal: Sendable, CustomStringConvertible {
    let body: JSONValue
    let status: Int
    let reason: String
    let pointer: String?

    init(_ body: JSONValue, _ status: Int, _ reason: String, at pointer: String? = nil) {
        self.body = body
        self.status = status
        self.reason = reason
        self.pointer = pointer
    }

    var description: String { body.text }

    func check(_ reply: Reply) {
        #expect(reply.status == status, "\(self): \(reply.text)")
        #expect(reply.reason == reason, "\(self): \(reply.text)")
        #expect(reply.pointer == pointer, "\(self): \(reply.text)")
    }
}
