/// The rules that fields of several messages share; each throws with the field's pointer.
enum FieldCheck {
    /// Longest text without a limit of its own, in characters (API contract, notation).
    static let textLimit = 255

    /// A name: 1 to 255 characters, none of them a control character.
    static func name(_ field: String, _ value: String) throws(FieldProblem) {
        guard !value.isEmpty else { throw FieldProblem("/" + field, "The name is empty.") }
        try text(field, value)
        guard !value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { throw FieldProblem("/" + field, "The name has a control character.") }
    }

    /// A text of at most `limit` characters without NUL, which PostgreSQL cannot store.
    static func text(
        _ field: String, _ value: String, limit: Int = textLimit
    ) throws(FieldProblem) {
        guard value.unicodeScalars.count <= limit else {
            throw FieldProblem("/" + field, "The text is longer than \(limit) characters.")
        }
        guard !value.utf8.contains(0) else {
            throw FieldProblem("/" + field, "The text contains NUL.")
        }
    }

    /// A slug: lower-case letters, digits and inner underscores (benchmark formats, §2).
    static func slug(_ field: String, _ value: String) throws(FieldProblem) {
        try name(field, value)
        let underscore = UInt8(ascii: "_")
        let allowed = value.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == underscore
        }
        guard allowed, value.utf8.first != underscore, value.utf8.last != underscore else {
            throw FieldProblem("/" + field, "The value is not a slug.")
        }
    }

    static func count(_ field: String, _ value: some BinaryInteger) throws(FieldProblem) {
        guard value >= 0 else { throw FieldProblem("/" + field, "The count is negative.") }
    }

    static func finite(_ field: String, _ value: Double) throws(FieldProblem) {
        guard value.isFinite else { throw FieldProblem("/" + field, "The number is not finite.") }
    }

    /// A digest `sha256:` and 64 lower-case hexadecimal digits.
    static func digest(_ field: String, _ value: String) throws(FieldProblem) {
        guard ContentDigest.isWellFormed(value) else {
            throw FieldProblem("/" + field, "The digest is not sha256: and 64 hex digits.")
        }
    }

    static func parameters(_ values: [String: String]) throws(FieldProblem) {
        try texts("params", values)
    }

    /// A name whose parts a reader may make folders of.
    static func path(_ field: String, _ value: String) throws(FieldProblem) {
        try name(field, value)
        let parts = value.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !["", ".", ".."].contains($0) }), !value.contains("\\") else {
            throw FieldProblem("/" + field, "The name has an empty part, '.', '..' or a backslash.")
        }
    }

    static func texts(
        _ object: String, _ values: [String: String]
    ) throws(FieldProblem) {
        for (name, value) in values {
            let field = object + "/" + JSONPointer.escaped(name)
            try FieldCheck.name(field, name)
            try text(field, value)
        }
    }
}
