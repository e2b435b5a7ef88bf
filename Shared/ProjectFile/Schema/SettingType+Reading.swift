extension SettingType {
    /// Reads one written text as this type. A list takes it as its only item.
    func value(of text: String) throws(TextFault) -> Setting.Value {
        switch self {
        case .text, .scalar: return .text(try Self.withoutNUL(text))
        case .template: return .template(try Template(parsing: try Self.withoutNUL(text)))
        case .checked(_, let check):
            try check(text)
            return .text(text)
        case .word(let words):
            guard words.contains(text) else { throw notAWord(text, words) }
            return .text(text)
        case .boolean:
            guard text == "true" || text == "false" else {
                throw TextFault(.wrongType, "must be `true` or `false`, not \(Quoted.text(text))")
            }
            return .boolean(text == "true")
        case .path, .homePath, .glob: return .template(try pathTemplate(text))
        case .command: return .command(try Command(text: text))
        case .list(let item, let rule):
            return .list([Setting(try item.value(of: text))], isOrdered: rule.isOrdered)
        case .either(let types):
            for type in types.dropLast() {
                if let value = try? type.value(of: text) { return value }
            }
            guard let last = types.last else { return .text(text) }
            return try last.value(of: text)
        case .map, .section: throw TextFault(.wrongType, "must be a mapping")
        default: return try quantity(text)
        }
    }

    private func quantity(_ text: String) throws(TextFault) -> Setting.Value {
        switch self {
        case .integer(let range):
            guard let integer = DecimalText.integer(text) else {
                guard DecimalText.isDigits(text), text.first != "0" else {
                    throw TextFault(.wrongType, "must be an integer, not \(Quoted.text(text))")
                }
                throw Self.outside(range)
            }
            guard range.contains(integer) else { throw Self.outside(range) }
            return .integer(integer)
        case .number:
            guard let number = DecimalText.number(text) else {
                throw TextFault(.wrongType, "must be a number, not \(Quoted.text(text))")
            }
            return .number(number)
        case .duration(let days):
            return .nanoseconds(
                try DurationText.parse(text, longest: days * 86_400_000_000_000))
        case .size: return .bytes(try SizeText.parse(text))
        default: return .fraction(try FractionText.parse(text))
        }
    }

    /// Placeholders stand for one path part; `{{workspace}}` and `{{results}}` in front for a
    /// folder that the agent gives.
    private func pathTemplate(_ text: String) throws(TextFault) -> Template {
        let template = try Template(parsing: text)
        guard template.placeholders.isEmpty || !text.split(separator: "/").contains("..") else {
            throw TextFault(
                .badPath, "goes up beside a placeholder: \(Quoted.text(text))")
        }
        let plain = template.segments.map { segment in
            if case .text(let text) = segment { text } else { "x" }
        }.joined()
        switch self {
        case .glob: try PlainText.checkGlob(plain)
        case .homePath: try PlainText.checkPath(plain, home: true)
        default: try PlainText.checkPath(plain)
        }
        return template
    }

    /// Whether a YAML value of this kind can be this type.
    func takes(_ content: YAMLNode.Content) -> Bool {
        switch (self, content) {
        case (.either(let types), _): types.contains { $0.takes(content) }
        case (.list(let item, _), .mapping): item.takes(content)
        case (.list, _), (.command, .scalar), (.command, .sequence): true
        case (.map, .mapping), (.section, .mapping): true
        case (.map, _), (.section, _): false
        case (_, .scalar(let text, let isPlain)): !(isPlain && text.isEmpty)
        default: false
        }
    }

    /// The words that this type knows.
    var words: [String] {
        switch self {
        case .word(let words): words
        case .boolean: ["true", "false"]
        case .list(let item, _): item.words
        case .either(let types): types.flatMap(\.words)
        default: []
        }
    }

    private func notAWord(_ text: String, _ words: [String]) -> TextFault {
        TextFault(
            .wrongValue,
            "must be " + words.map { "`\($0)`" }.joined(separator: ", ")
                + ", not \(Quoted.text(text))",
            suggestion: Suggestion.nearest(to: text, among: words).map(Suggestion.meant))
    }

    private static func outside(_ range: ClosedRange<Int>) -> TextFault {
        range.upperBound == Int.max
            ? TextFault(.outOfRange, "must be at least \(range.lowerBound)")
            : TextFault(
                .outOfRange, "must be from \(range.lowerBound) to \(range.upperBound)")
    }

    private static func withoutNUL(_ text: String) throws(TextFault) -> String {
        guard !text.utf8.contains(0) else {
            throw TextFault(.wrongValue, "holds a NUL character")
        }
        return text
    }
}
