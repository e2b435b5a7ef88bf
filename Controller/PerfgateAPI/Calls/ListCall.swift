import FleetModel
import Hummingbird
import Storage
import WebSupport

/// What a list is asked for: offset and limit, and times (perfgate contract, §2.6).
///
/// Keys that the route does not know are ignored, as perfgate does.
struct ListCall {
    static let parameters: [QueryParameter] = [
        .one("limit", .integer(0...Int64(UInt32.max)).usually(50), "Rows of a page."),
        .one("offset", .integer(from: 0), "Rows before the first one."),
    ]

    static let times: [QueryParameter] = [
        .one("since", .dateTime, "Not before this time."),
        .one("until", .dateTime, "Not after this time."),
    ]

    let query: QueryParameters
    let limit: UInt32
    let offset: UInt64

    init(_ request: Request) throws(APIError) {
        query = try QueryParameters(request)
        limit = try query.number("limit", UInt32.self) ?? 50
        offset = try query.number("offset", UInt64.self) ?? 0
    }

    var slice: RecordSlice {
        RecordSlice(limit: Int64(limit), offset: Int64(clamping: offset))
    }

    func period() throws(APIError) -> RecordPeriod {
        RecordPeriod(since: try query.time("since"), until: try query.time("until"))
    }

    /// The part of a reply that says where the page is.
    func pagination(_ page: RecordPage<some Sendable>) -> JSONValue {
        let returned = UInt64(page.records.count)
        let (end, overflow) = offset.addingReportingOverflow(returned)
        return .object([
            "total": .integer(page.total), "offset": .integer(offset),
            "limit": .integer(page.limit),
            "has_more": .bool(!overflow && end < UInt64(clamping: page.total)),
        ])
    }
}

extension QueryParameters {
    /// An integer of the type; 400 for anything else.
    func number<Value: FixedWidthInteger>(
        _ name: String, _ type: Value.Type
    ) throws(APIError) -> Value? {
        guard let text = try single(name) else { return nil }
        guard let value = Value(text) else {
            throw Self.refused(name, "\(name) should be an integer from 0 to \(Value.max).")
        }
        return value
    }

    /// A finite number; 400 for anything else.
    func real(_ name: String) throws(APIError) -> Double? {
        guard let text = try single(name) else { return nil }
        guard let value = Double(text), value.isFinite else {
            throw Self.refused(name, "\(name) should be a number such as 0.2.")
        }
        return value
    }

    /// A time of RFC 3339; 400 for anything else.
    func time(_ name: String) throws(APIError) -> ServerTime? {
        guard let text = try single(name) else { return nil }
        guard let time = Timestamp.read(text) else {
            throw Self.refused(
                name, "\(name) should be a time such as 2026-11-21T23:45:00Z (a '+' is %2B here).")
        }
        return time
    }

    /// One of the words; 400 for anything else.
    func word(_ name: String, among words: [String]) throws(APIError) -> String? {
        guard let text = try single(name) else { return nil }
        guard words.contains(text) else {
            throw Self.refused(name, "\(name) is one of \(words.joined(separator: ", ")).")
        }
        return text
    }

    private static func refused(_ name: String, _ message: String) -> APIError {
        APIError(.invalidValue, message, details: ["parameter": .string(name)])
    }
}
