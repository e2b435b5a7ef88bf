package import WebSupport

/// Holds a document against a form of JSON Schema, as far as ours use it.
struct FormCheck: Sendable {
    let definitions: JSONValue

    enum Direction {
        /// Members of other names are refused where the form says so.
        case call
        /// We write no member that is not described.
        case reply
    }

    func faults(
        of value: JSONValue, as form: JSONValue, _ direction: Direction, at pointer: String = ""
    ) -> [String] {
        if case .string(let name) = form.at("$ref") {
            let known = definitions.at(String(name.split(separator: "/").last ?? ""))
            guard known != .null else { return ["\(pointer): \(name) is not defined"] }
            return faults(of: value, as: known, direction, at: pointer)
        }
        let forms = form.at("anyOf").listed
        if !forms.isEmpty {
            let found = forms.map { faults(of: value, as: $0, direction, at: pointer) }
            return found.contains([]) ? [] : found.min { $0.count < $1.count } ?? []
        }
        if let fault = fault(of: value, as: form) { return ["\(pointer): \(fault)"] }
        switch value {
        case .array(let items):
            let each = form.at("items")
            return items.enumerated().flatMap { index, item in
                faults(of: item, as: each, direction, at: "\(pointer)/\(index)")
            }
        case .object(let members):
            return faults(of: members, as: form, direction, at: pointer)
        default: return []
        }
    }

    private func faults(
        of members: [String: JSONValue], as form: JSONValue, _ direction: Direction,
        at pointer: String
    ) -> [String] {
        guard form != .object([:]), form != .null else { return [] }
        let others = form.at("additionalProperties")
        var found: [String] = []
        for case .string(let name) in form.at("required").listed where members[name] == nil {
            found.append("\(pointer)/\(name): is missing")
        }
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
            let place = "\(pointer)/\(name)"
            let known = form.at("properties", name)
            if known != .null {
                found += faults(of: member, as: known, direction, at: place)
            } else if case .object = others {
                found += faults(of: member, as: others, direction, at: place)
            } else if others == .bool(false) || direction == .reply {
                found.append("\(place): is not described")
            }
        }
        return found
    }

    private func fault(of value: JSONValue, as form: JSONValue) -> String? {
        if case .string(let type) = form.at("type"), !value.isOf(type) { return "is no \(type)" }
        let words = form.at("enum").listed
        if !words.isEmpty, !words.contains(value) { return "\(value.text) is none of the words" }
        guard case .string(let text) = value else { return nil }
        if case .string(let pattern) = form.at("pattern"),
            let expression = try? Regex(pattern), text.firstMatch(of: expression) == nil
        {
            return "\(text) does not match \(pattern)"
        }
        if form.at("format") == "uuid", text.split(separator: "-").map(\.count) != [8, 4, 4, 4, 12]
        {
            return "\(text) is no identifier"
        }
        return nil
    }
}

extension JSONValue {
    /// The member at the end of a path of names; null when there is none.
    package func at(_ names: String...) -> JSONValue {
        names.reduce(self) { value, name in
            guard case .object(let members) = value else { return .null }
            return members[name] ?? .null
        }
    }

    package var listed: [JSONValue] {
        guard case .array(let items) = self else { return [] }
        return items
    }

    var sortedMembers: [(String, JSONValue)] {
        guard case .object(let members) = self else { return [] }
        return members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    fileprivate func isOf(_ type: String) -> Bool {
        switch (type, self) {
        case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array),
            ("object", .object), ("number", .number):
            true
        case ("integer", .number(let number)): !number.text.contains(".")
        default: false
        }
    }
}
