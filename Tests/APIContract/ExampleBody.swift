package import WebSupport

/// Makes a document that has every member of a form.
package struct ExampleBody {
    private let definitions: JSONValue

    package init(_ document: JSONValue) { definitions = document.at("components", "schemas") }

    package func value(of form: JSONValue) -> JSONValue {
        if case .string(let name) = form.at("$ref") {
            return value(of: definitions.at(String(name.split(separator: "/").last ?? "")))
        }
        // The longest form has the most members.
        if let most = form.at("anyOf").listed.max(by: { $0.text.count < $1.text.count }) {
            return value(of: most)
        }
        if let word = form.at("enum").listed.first { return word }
        switch form.at("type") {
        case "boolean": return true
        case "integer": return form.at("minimum") == .null ? 1 : form.at("minimum")
        case "number": return .real(0.5)
        case "array": return .array([value(of: form.at("items"))])
        case "object": return object(form)
        default: return text(form)
        }
    }

    private func object(_ form: JSONValue) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for (name, member) in form.at("properties").sortedMembers {
            members[name] = value(of: member)
        }
        if case .object = form.at("additionalProperties") {
            members["key"] = value(of: form.at("additionalProperties"))
        }
        return .object(members)
    }

    private func text(_ form: JSONValue) -> JSONValue {
        switch form.at("format") {
        case "uuid": "0197a000-0000-7000-8000-000000000001"
        case "date-time": "2026-01-02T03:04:05Z"
        default: form.at("pattern") == "\\.\\." ? "a..b" : "abcdef0"
        }
    }
}
