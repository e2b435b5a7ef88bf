import Markup

/// What detection goes by: the outermost shape of the content.
enum FormatEvidence {
    /// One JSON object.
    case object(JSONValue)
    /// One JSON array and its first element.
    case array(first: JSONValue?)
    /// JSON objects, one a line: the first of them, and what some line is.
    case lines(first: JSONValue, TextSigns)
    /// XML: the name of its outermost element.
    case element(String)
    /// Anything else.
    case text(TextSigns)

    /// The document, if it is one object that has all these members.
    func object(with keys: StaticString...) -> JSONValue? {
        guard case .object(let root) = self else { return nil }
        return keys.allSatisfy { root[$0] != nil } ? root : nil
    }

    /// The first object of an array, if it has all these members.
    func firstElement(with keys: StaticString...) -> JSONValue? {
        guard case .array(let first?) = self, first.isObject else { return nil }
        return keys.allSatisfy { first[$0] != nil } ? first : nil
    }

    /// The first line, if it has all these members.
    func firstLine(with keys: StaticString...) -> JSONValue? {
        guard case .lines(let first, _) = self else { return nil }
        return keys.allSatisfy { first[$0] != nil } ? first : nil
    }

    /// A line of text that speaks for a format, in words.
    func sign(of id: String) -> String? {
        guard case .text(let signs) = self else { return nil }
        return signs.reason(id)
    }

    /// Whether some line holds this member, wherever it stands among text.
    func holds(_ member: TextSigns.Member) -> Bool {
        switch self {
        case .lines(_, let signs), .text(let signs): signs.members.contains(member)
        case .object, .array, .element: false
        }
    }
}

/// What the lines of a file's head speak for.
struct TextSigns {
    /// Members that tell formats of JSON apart even between lines of text.
    enum Member: String, CaseIterable {
        case counterValue = "{\"counter-value\""
        case modulePath = "\"module_path\""
        case benchmarkComplete = "benchmark-complete"
    }

    /// The number of the first line that speaks for each format.
    private var lines: [String: Int] = [:]
    private(set) var members: Set<Member> = []

    mutating func look(at line: TextLine, _ entries: [FormatEntry]) {
        for entry in entries where lines[entry.id] == nil && entry.isSign?(line) == true {
            lines[entry.id] = line.number
        }
        guard line.bytes.contains(UInt8(ascii: "\"")) else { return }
        let cursor = line.cursor
        if cursor.contains("{\"counter-value\"") { members.insert(.counterValue) }
        if cursor.contains("\"module_path\"") { members.insert(.modulePath) }
        if cursor.contains("\"benchmark-complete\"") { members.insert(.benchmarkComplete) }
    }

    func reason(_ id: String) -> String? { lines[id].map { "line \($0)" } }
}

/// What a format that is one document reads from.
struct FormatInput {
    let text: DecodedText
    let options: ParseOptions
    let deadline: ParseDeadline
    /// The whole text as one document, if detection has read it already.
    var parsed: JSONDocument?
    var markup: XMLDocument?

    init(text: DecodedText, options: ParseOptions, deadline: ParseDeadline) {
        self.text = text
        self.options = options
        self.deadline = deadline
    }

    /// The whole text as one JSON document.
    func document() throws(ParseRefusal) -> JSONDocument {
        if let parsed { return parsed }
        do throws(SyntaxFailure) {
            return try document(in: text.range)
        } catch {
            throw ParseRefusal(error, in: text)
        }
    }

    /// The whole text as one JSON object.
    func object() throws(ParseRefusal) -> JSONValue {
        let root = try document().root
        guard root.isObject else {
            throw ParseRefusal(.schemaMismatch, "the document is not an object")
        }
        return root
    }

    /// The whole text as one JSON array.
    func array() throws(ParseRefusal) -> JSONValue {
        let root = try document().root
        guard root.isArray else {
            throw ParseRefusal(.schemaMismatch, "the document is not an array")
        }
        return root
    }

    /// The array of this name in the whole text, which is one JSON object.
    func list(_ key: StaticString) throws(ParseRefusal) -> JSONValue {
        guard let list = try object()[key], list.isArray else {
            throw ParseRefusal(.schemaMismatch, "\(key) is not an array")
        }
        return list
    }

    /// One document that fills `range`, such as a line.
    func document(in range: Range<Int>) throws(SyntaxFailure) -> JSONDocument {
        try JSONDocument(text.bytes, range, limits: options.limits, deadline: deadline)
    }

    /// The whole text as one XML document with this outermost element.
    func element(_ names: String...) throws(ParseRefusal) -> XMLElement {
        let root: XMLElement
        if let markup {
            root = markup.root
        } else {
            root = try XMLDocument(text, limits: options.limits, deadline: deadline).root
        }
        guard names.contains(root.name) else {
            throw ParseRefusal(
                .schemaMismatch, "the outermost element is not \(names.joined(separator: " or "))")
        }
        return root
    }
}
