import FleetModel
import Hummingbird
import Identity
import Storage
import WebSupport

/// What calls about people say in one way (API contract, §3.9).
enum PeopleCall {
    /// 1 to 64 characters on one line, without blanks at the ends.
    static func checked(name: String, at pointer: String = "/name") throws(APIError) -> String {
        guard PersonName.isOne(name) else {
            throw refused("A name has 1 to 64 characters and no blanks at its ends.", pointer)
        }
        return name
    }

    /// Text beside a name; an empty one is none.
    static func checked(text: String?, at pointer: String) throws(APIError) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard PersonName.isNote(text) else {
            throw refused("The text has at most 255 characters on one line.", pointer)
        }
        return text
    }

    static func checked(role: String) throws(APIError) -> Role {
        guard let role = Role(rawValue: role) else {
            throw refused("The role is one of \(Role.words).", "/role")
        }
        return role
    }

    /// `operate` is all that can be given beside a role.
    static func checked(grants: [String]?) throws(APIError) -> [String] {
        let grants = grants ?? []
        guard grants.allSatisfy({ $0 == Scope.operate.rawValue }) else {
            throw refused("A grant is operate.", "/grants")
        }
        return grants.isEmpty ? [] : [Scope.operate.rawValue]
    }

    /// `user:ID`, `team:ID` or `key:ID`.
    static func subject(_ text: String) throws(APIError) -> BindingStore.Subject {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let kind = BindingStore.Subject.Kind(rawValue: String(parts[0]))
        else {
            throw APIError(.invalidValue, "A role is held by user:ID, team:ID or key:ID.")
        }
        return BindingStore.Subject(kind, String(parts[1]))
    }

    static func refused(_ message: String, _ pointer: String) -> APIError {
        APIError(.outOfRange, message, details: ["pointer": .string(pointer)])
    }

    /// A page of a list that is sorted by name.
    static func page<Item>(
        _ request: Request, of list: String, _ cursors: CursorCodec,
        _ items: (_ after: String, _ limit: Int) async throws -> [(name: String, item: Item)],
        _ value: (Item) -> JSONValue
    ) async throws -> JSONValue {
        let query = try QueryParameters(request)
        let page = try PageRequest(query, codec: cursors, binding: list)
        let found = try await items(page.after?.values.first ?? "", page.limit + 1)
        let shown = found.prefix(page.limit)
        let next = found.count > page.limit ? shown.last : nil
        let cursor = next.flatMap { cursors.cursor(at: ListPosition([$0.name]), binding: list) }
        return .object([
            "items": .array(shown.map { value($0.item) }),
            "next_cursor": cursor.map { .string($0) } ?? .null,
        ])
    }

    static func created(_ value: JSONValue, at location: String, version: Int64) -> Response {
        var response = response(value, version: version)
        response.status = .created
        response.headers[.location] = location
        return response
    }

    static func response(_ value: JSONValue, version: Int64) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "application/json; charset=utf-8",
                .eTag: EntityTag.version(version).text,
            ], body: .init(byteBuffer: ByteBuffer(string: value.text)))
    }
}
