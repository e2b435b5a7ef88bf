import FleetModel
import Hummingbird
import WebSupport

/// A reply, written member by member, so that stored JSON goes into it as it is.
struct ReplyObject: Sendable {
    private(set) var members: [String] = []

    /// Nil is left out.
    mutating func add(_ name: String, _ value: JSONValue?) {
        if let value { add(name, json: value.text) }
    }

    mutating func add(_ name: String, _ text: String?) { add(name, text.map { .string($0) }) }

    mutating func add(_ name: String, _ time: ServerTime) { add(name, Timestamp.text(time)) }

    /// JSON that stands already; nil is left out.
    mutating func add(_ name: String, json: String?) {
        if let json { members.append("\"\(name)\":\(json)") }
    }

    mutating func add(_ name: String, listOf objects: [ReplyObject]) {
        add(name, json: "[" + objects.map(\.text).joined(separator: ",") + "]")
    }

    var text: String { "{" + members.joined(separator: ",") + "}" }

    func response(
        _ status: HTTPResponse.Status = .ok, tag: EntityTag? = nil
    ) -> Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        headers[.eTag] = tag?.text
        return Response(
            status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
