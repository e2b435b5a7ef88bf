import Hummingbird
import HummingbirdTesting
import Testing

@testable package import WebSupport

/// What a call was answered.
struct Reply: Sendable {
    let status: Int
    let headers: HTTPFields
    let bytes: [UInt8]

    init(_ response: TestResponse) {
        status = response.status.code
        headers = response.headers
        bytes = Array(response.body.readableBytesView)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Null for an empty body.
    var json: JSONValue { (try? JSONParser.parse(bytes)) ?? .null }

    subscript(name: String) -> JSONValue { json[name] }

    /// A member that a test goes on with.
    func known(_ name: String) throws -> String {
        guard let text = json[name].string else { throw SampleProblem("\(status) \(text)") }
        return text
    }

    subscript(header name: String) -> String? { headers[HeaderName.name(name)] }

    /// Of an error; both envelopes are checked to say the same.
    var reason: String? {
        let nested = json["error"]
        guard nested != .null else { return nil }
        #expect(json["details"] == nested["details"])
        #expect(json["message"] == nested["message"])
        // A repeated answer names the call that was answered first.
        if self[header: "Idempotency-Replayed"] == nil {
            #expect(nested["request_id"].string == self[header: "X-Request-Id"])
        }
        return json["details"]["reason"].string
    }

    var pointer: String? { json["details"]["pointer"].string }
}

extension JSONValue {
    /// A member of an object, null when there is none.
    subscript(name: String) -> JSONValue {
        guard case .object(let members) = self else { return .null }
        return members[name] ?? .null
    }

    var items: [JSONValue] {
        guard case .array(let items) = self else { return [] }
        return items
    }

    /// Of a list's reply, in its order.
    func listed(_ name: String) -> [JSONValue] { self["items"].items.map { $0[name] } }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var integer: Int64? {
        guard case .number(let number) = self else { return nil }
        return number.integer(Int64.self)
    }

    var real: Double? {
        guard case .number(let number) = self else { return nil }
        return Double(number.text)
    }

    var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
    ExpressibleByFloatLiteral
{
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { first, _ in first })
    }

    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    package init(floatLiteral value: Double) { self = .real(value) }
}
