import Hummingbird
import HummingbirdTesting
import Testing

@testable import PerfgateAPI
@testable package import WebSupport

/// What a call was answered.
struct Reply: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String
    let json: JSONValue

    init(_ response: TestResponse) {
        status = response.status.code
        headers = response.headers
        let bytes = Array(response.body.readableBytesView)
        text = String(decoding: bytes, as: UTF8.self)
        json = (try? JSONParser.parse(bytes)) ?? .null
    }

    subscript(name: String) -> JSONValue { json[name] }

    /// The word of perfgate's flat envelope; the nested one is checked to say the same.
    var code: String? {
        let nested = json["error"]
        #expect(json["message"] == nested["message"])
        #expect(json["details"] == nested["details"])
        #expect(Self.nestedCodes.contains(nested["code"].textOrNil ?? ""))
        #expect(nested["request_id"].textOrNil == headers[HeaderName.requestID])
        return json["code"].textOrNil
    }

    /// Those that perfgate's client knows, and those of 413 and 415.
    private static let nestedCodes: Set = [
        "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "VALIDATION_ERROR", "ALREADY_EXISTS",
        "INTERNAL_ERROR", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE",
    ]

    /// The named member of each row of a list.
    func listed(_ list: String, _ name: String) -> [String] {
        json[list].itemsOrNone.compactMap { $0[name].textOrNil }
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { first, _ in first })
    }
}

extension JSONValue {
    var integerOrNil: Int64? {
        guard case .number(let number) = self else { return nil }
        return number.integer(Int64.self)
    }

    var realOrNil: Double? {
        guard case .number(let number) = self else { return nil }
        return number.double
    }

    /// With another member, or none of the name.
    func with(_ name: String, _ value: JSONValue?) -> JSONValue {
        guard case .object(var members) = self else { return self }
        members[name] = value
        return .object(members)
    }
}
