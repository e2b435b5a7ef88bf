/// Every key of a project file as text, section by section: what people read beside their editor.
package enum SchemaTable {
    package struct Row: Sendable, Equatable {
        package let key: String
        /// What may stand there.
        package let value: String
        /// What holds without it; nothing where `meaning` says it, or where nothing holds.
        package let standard: String?
        package let isRequired: Bool
        package let meaning: String
    }

    package struct Section: Sendable, Equatable {
        /// `build.cache`; empty for the top of the file.
        package let path: String
        package let rows: [Row]
    }

    /// Those nearest to the top first; what has the same keys as one before is not said again.
    package static let sections: [Section] = {
        var level = [(path: "", schema: ProjectSchema.file)]
        var found: [Section] = []
        while !level.isEmpty {
            for (path, schema) in level {
                let section = Section(path: path, rows: schema.keys.map(Row.init))
                if !found.contains(where: { $0.rows == section.rows }) { found.append(section) }
            }
            level = level.flatMap { path, schema in
                schema.keys.compactMap { key in
                    key.type.shownSchema.map {
                        (path.isEmpty ? key.name : "\(path).\(key.name)", $0)
                    }
                }
            }
        }
        return found
    }()
}

extension SchemaTable.Row {
    fileprivate init(_ key: SettingKey) {
        self.init(
            key: key.name, value: key.type.spelling, standard: key.standard.flatMap(\.spelling),
            isRequired: key.isRequired, meaning: key.help)
    }
}

extension SettingType {
    /// The section inside, in its fullest form.
    fileprivate var shownSchema: SettingSchema? {
        switch self {
        case .section(let schema): schema
        case .list(let item, _): item.shownSchema
        case .map(_, let value): value.shownSchema
        // An entry in a list has its name as a key besides.
        case .either(let types):
            types.compactMap(\.shownSchema).max { $0.keys.count < $1.keys.count }
        default: nil
        }
    }

    fileprivate var spelling: String {
        switch self {
        case .text: "text"
        case .template: "text with placeholders"
        case .checked(let what, _): what
        case .word(let words): words.map { "`\($0)`" }.joined(separator: " ")
        case .boolean: "`true` `false`"
        case .integer(let range): Self.spelling(range)
        case .number: "number"
        case .duration: "duration"
        case .size: "size"
        case .fraction: "fraction"
        case .path, .homePath: "path"
        case .glob: "glob"
        case .command: "command"
        case .scalar: "one value"
        case .list(let item, _): item.isSection ? "list" : "list of: \(item.spelling)"
        case .map(_, let value): value.isSection ? "map by name" : "map: name → \(value.spelling)"
        case .section: "section"
        case .either(let types): Self.distinct(types.map(\.spelling)).joined(separator: ", or ")
        }
    }

    private var isSection: Bool { if case .section = self { true } else { false } }

    private static func spelling(_ range: ClosedRange<Int>) -> String {
        range.upperBound == .max
            ? "integer from \(range.lowerBound)"
            : "\(range.lowerBound) to \(range.upperBound)"
    }

    private static func distinct(_ words: [String]) -> [String] {
        words.enumerated().filter { !words[..<$0.offset].contains($0.element) }.map(\.element)
    }
}

extension Setting.Value {
    /// As it would be written; nothing for what is made of keys.
    fileprivate var spelling: String? {
        switch self {
        case .text(let text): text.isEmpty ? nil : text
        case .template(let template): template.source
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .boolean(let boolean): "\(boolean)"
        case .nanoseconds(let count): DurationText.text(ofNanoseconds: count)
        case .bytes(let count): SizeText.text(ofBytes: count)
        case .fraction(let share): FractionText.text(of: share)
        case .list(let items, _):
            "[" + items.compactMap(\.value.spelling).joined(separator: ", ") + "]"
        case .command, .map, .section: nil
        }
    }
}
