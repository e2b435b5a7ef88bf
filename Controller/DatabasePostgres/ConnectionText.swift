import CLibPQ

/// A connection string of libpq's, taken apart so that nothing of a password is ever shown.
package enum ConnectionText {
    private static let mask = "•••"

    /// Why libpq would not take the text, without repeating any of it; nil when it does.
    ///
    /// libpq's own messages quote what they stumble over, which may be half of a password.
    package static func fault(in text: String) -> String? {
        guard hasForm(text) else { return nil }
        guard let fields = fields(of: text) else {
            return "it is no connection string that libpq reads: keywords with = between them and "
                + "their values, in quotes where a value has blanks, or postgres://…"
        }
        let host = fields.first { $0.keyword == "host" }?.value
        return host?.contains("@") == true
            ? "there is an @ before its host: in a password it is written %40" : nil
    }

    /// The text with its password masked; nil when it has none.
    package static func masked(_ text: String) -> String? {
        guard hasForm(text) else { return nil }
        guard let fields = fields(of: text), fault(in: text) == nil else { return mask }
        guard fields.contains(where: { secretKeywords.contains($0.keyword) }) else { return nil }
        return fields.map { field in
            let value = secretKeywords.contains(field.keyword) ? mask : quoted(field.value)
            return "\(field.keyword)=\(value)"
        }.joined(separator: " ")
    }

    private static let secretKeywords: Set = ["password", "sslpassword", "oauth_client_secret"]

    /// Anything else is the bare name of a database, or no text for libpq at all.
    private static func hasForm(_ text: String) -> Bool {
        text.contains("=") || text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
    }

    private static func quoted(_ value: String) -> String {
        guard value.isEmpty || value.contains(where: { " '\\".contains($0) }) else { return value }
        let escaped = value.map { "'\\".contains($0) ? "\\\($0)" : String($0) }.joined()
        return "'\(escaped)'"
    }

    /// Nil for a text that libpq does not read.
    private static func fields(of text: String) -> [(keyword: String, value: String)]? {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(text, &message) else {
            PQfreemem(message)
            return nil
        }
        defer { PQconninfoFree(options) }
        var fields: [(keyword: String, value: String)] = []
        var next = options
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val {
                fields.append((String(cString: keyword), String(cString: value)))
            }
            next += 1
        }
        return fields
    }
}
