/// Bytes → tree of one YAML document, within limits. Forbidden parts and duplicate keys are noted
/// and reading goes on; what leaves no tree ends it.
struct YAMLReader {
    private let limits: ReadingLimits
    private let text: ArraySlice<UInt8>
    private let lines: SourceLines
    private let events: YAMLEventStream
    private var anchors: [String: YAMLNode] = [:]
    /// Anchors of collections that are still being read: an alias to one is an alias to its own
    /// ancestor.
    private var openAnchors: [String] = []
    private var nodes = 0
    private var aliases = 0
    private(set) var problems: [ProjectFileProblem] = []

    init(
        bytes: [UInt8], limits: ReadingLimits = ReadingLimits()
    ) throws(ProjectFileProblem) {
        guard bytes.count <= limits.fileBytes else {
            throw ProjectFileProblem(
                .tooLarge, path: "", place: .start,
                message: "the file has \(bytes.count) bytes; \(limits.fileBytes) are allowed")
        }
        text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        guard String(validating: text, as: UTF8.self) != nil else {
            throw ProjectFileProblem(
                .notUTF8, path: "", place: Self.firstBroken(text),
                message: "the file is not UTF-8 here")
        }
        self.limits = limits
        lines = SourceLines(text: String(decoding: text, as: UTF8.self))
        events = YAMLEventStream(bytes: text)
    }

    /// The root of the one document; nothing when the file holds none.
    mutating func read() throws(ProjectFileProblem) -> YAMLNode? {
        _ = try next()
        guard case .documentStart = try next().kind else { return nil }
        let root = try node(try next(), depth: 1)
        _ = try next()
        let after = try next()
        guard case .streamEnd = after.kind else {
            throw problem(.forbiddenYAML, after, "a file holds one document; here starts another")
        }
        return root
    }

    private func next() throws(ProjectFileProblem) -> YAMLEvent {
        do {
            return try events.next()
        } catch {
            let found =
                error.offset.map { place(atByte: $0) }
                ?? TextPlace(line: error.line, column: error.column)
            guard !error.isTooDeep else {
                throw ProjectFileProblem(
                    .tooDeep, path: "", place: found, message: tooDeepMessage)
            }
            throw ProjectFileProblem(
                .yamlSyntax, path: "", place: found,
                message: "this is not YAML: \(error.problem)")
        }
    }

    private mutating func node(
        _ event: YAMLEvent, depth: Int
    ) throws(ProjectFileProblem) -> YAMLNode {
        checkTag(event)
        checkIndentation(event)
        switch event.kind {
        case .alias(let name): return try aliased(name, event, depth: depth)
        case .scalar(let text, let isPlain):
            try count(1, event)
            guard text.utf8.count <= limits.scalarBytes else {
                throw problem(
                    .tooLarge, event,
                    "a value has \(text.utf8.count) bytes; \(limits.scalarBytes) are allowed")
            }
            let node = YAMLNode(
                content: .scalar(text, isPlain: isPlain), place: place(of: event), weight: 1,
                height: 0)
            if let anchor = event.anchor { anchors[anchor] = node }
            return node
        case .sequenceStart, .mappingStart: return try collection(event, depth: depth)
        default: throw problem(.yamlSyntax, event, "a value is missing here")
        }
    }

    private mutating func collection(
        _ event: YAMLEvent, depth: Int
    ) throws(ProjectFileProblem) -> YAMLNode {
        guard depth <= limits.depth else { throw tooDeep(event) }
        try count(1, event)
        if let anchor = event.anchor { openAnchors.append(anchor) }
        let node =
            if case .sequenceStart = event.kind {
                try sequence(event, depth: depth)
            } else {
                try mapping(event, depth: depth)
            }
        if let anchor = event.anchor {
            openAnchors.removeLast()
            anchors[anchor] = node
        }
        return node
    }

    private mutating func sequence(
        _ start: YAMLEvent, depth: Int
    ) throws(ProjectFileProblem) -> YAMLNode {
        var items: [YAMLNode] = []
        var event = try next()
        while true {
            if case .sequenceEnd = event.kind { break }
            items.append(try node(event, depth: depth + 1))
            event = try next()
        }
        return YAMLNode(
            content: .sequence(items), place: place(from: start.start, to: event.end),
            weight: items.reduce(1) { $0 + $1.weight },
            height: 1 + (items.map(\.height).max() ?? 0))
    }

    private mutating func mapping(
        _ start: YAMLEvent, depth: Int
    ) throws(ProjectFileProblem) -> YAMLNode {
        var entries: [YAMLNode.Entry] = []
        var firstPlaces: [String: TextPlace] = [:]
        var weight = 1
        var height = 0
        var event = try next()
        while true {
            if case .mappingEnd = event.kind { break }
            let key = try node(event, depth: depth + 1)
            let value = try node(try next(), depth: depth + 1)
            weight += key.weight + value.weight
            height = max(height, key.height, value.height)
            if let entry = entry(key, value, &firstPlaces) { entries.append(entry) }
            event = try next()
        }
        return YAMLNode(
            content: .mapping(entries), place: place(from: start.start, to: event.end),
            weight: weight, height: 1 + height)
    }

    /// A key with its value, unless the key is refused.
    private mutating func entry(
        _ key: YAMLNode, _ value: YAMLNode, _ firstPlaces: inout [String: TextPlace]
    ) -> YAMLNode.Entry? {
        guard case .scalar(let name, let isPlain) = key.content else {
            note(.forbiddenYAML, key.place, "a key must be text, not \(key.kindText)")
            return nil
        }
        guard !(isPlain && name == "<<") else {
            note(.forbiddenYAML, key.place, "merge keys (`<<`) are not used here")
            return nil
        }
        if let first = firstPlaces[name] {
            note(
                .duplicateKey, key.place,
                "\(Quoted.text(name)) stands here twice, first on line \(first.line)")
            return nil
        }
        firstPlaces[name] = key.place
        return YAMLNode.Entry(key: name, keyPlace: key.place, value: value)
    }

    private mutating func aliased(
        _ name: String, _ event: YAMLEvent, depth: Int
    ) throws(ProjectFileProblem) -> YAMLNode {
        aliases += 1
        guard aliases <= limits.aliases else {
            throw problem(.tooManyNodes, event, "more than \(limits.aliases) aliases")
        }
        guard !openAnchors.contains(name) else {
            throw problem(
                .forbiddenYAML, event, "the alias \(Quoted.text(name)) contains itself")
        }
        guard let node = anchors[name] else {
            throw problem(.yamlSyntax, event, "no anchor \(Quoted.text(name)) stands before this")
        }
        try count(node.weight, event)
        guard depth - 1 + node.height <= limits.depth else { throw tooDeep(event) }
        return node.at(place(of: event))
    }
}

extension YAMLReader {
    private mutating func count(_ added: Int, _ event: YAMLEvent) throws(ProjectFileProblem) {
        // Both are at most limits.nodes: no sum overflows.
        nodes += added
        guard nodes <= limits.nodes else {
            throw problem(
                .tooManyNodes, event,
                "more than \(limits.nodes) values, aliases counted as what they stand for")
        }
    }

    private mutating func checkTag(_ event: YAMLEvent) {
        let core = ["str", "int", "float", "bool", "null", "map", "seq"]
        guard let tag = event.tag, tag != "!" else { return }
        let prefix = "tag:yaml.org,2002:"
        if tag.hasPrefix(prefix), core.contains(String(tag.dropFirst(prefix.count))) { return }
        note(.forbiddenYAML, place(of: event), "the tag \(Quoted.text(tag)) is not used here")
    }

    /// libyaml lets tabs pass inside brackets; as indentation they are refused everywhere.
    private mutating func checkIndentation(_ event: YAMLEvent) {
        guard let blanks = lines.tabbedIndentation(event.start.line),
            event.start.column == blanks + 1
        else { return }
        note(
            .forbiddenYAML, TextPlace(line: event.start.line, column: 1, length: blanks),
            "tabs are not used as indentation")
    }

    private mutating func note(
        _ code: ProjectFileProblem.Code, _ place: TextPlace, _ message: String
    ) {
        problems.append(ProjectFileProblem(code, path: "", place: place, message: message))
    }

    private func tooDeep(_ event: YAMLEvent) -> ProjectFileProblem {
        problem(.tooDeep, event, tooDeepMessage)
    }

    private var tooDeepMessage: String {
        "values are nested deeper than \(limits.depth) levels"
    }

    private func problem(
        _ code: ProjectFileProblem.Code, _ event: YAMLEvent, _ message: String
    ) -> ProjectFileProblem {
        ProjectFileProblem(code, path: "", place: place(of: event), message: message)
    }
}

extension YAMLReader {
    private func place(of event: YAMLEvent) -> TextPlace {
        place(from: event.start, to: event.end)
    }

    /// What goes on over several lines is marked to the end of its first line.
    private func place(
        from start: (line: Int, column: Int), to end: (line: Int, column: Int)
    ) -> TextPlace {
        var endColumn = end.column
        if end.line > start.line {
            let line = lines[start.line] ?? []
            let tail = line.reversed().prefix { $0 == " " }.count
            endColumn = line.count - tail + 1
        }
        return TextPlace(
            line: start.line, column: start.column, length: endColumn - start.column)
    }

    private func place(atByte offset: Int) -> TextPlace {
        let before = text.prefix(max(0, offset))
        return Self.end(of: String(decoding: before, as: UTF8.self))
    }

    private static func firstBroken(_ bytes: ArraySlice<UInt8>) -> TextPlace {
        var codec = UTF8()
        var iterator = bytes.makeIterator()
        var good = String.UnicodeScalarView()
        while case .scalarValue(let scalar) = codec.decode(&iterator) { good.append(scalar) }
        return end(of: String(good))
    }

    private static func end(of text: String) -> TextPlace {
        var line = 1
        var column = 1
        for character in text {
            if character.isNewline {
                line += 1
                column = 1
            } else {
                column += character.unicodeScalars.count
            }
        }
        return TextPlace(line: line, column: column)
    }
}
