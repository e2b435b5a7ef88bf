/// What a key may hold.
indirect enum SettingType: Sendable {
    case text
    /// Text in which placeholders are replaced.
    case template
    /// Text under a rule of its own; `what` names it for messages.
    case checked(what: String, @Sendable (String) throws(TextFault) -> Void)
    case word([String])
    case boolean
    case integer(ClosedRange<Int>)
    case number
    /// At most this many days.
    case duration(days: Int64)
    case size
    case fraction
    /// A path inside the repository, with placeholders.
    case path
    /// A path that may also start with `~/`.
    case homePath
    case glob
    case command
    /// Any one value, as written.
    case scalar
    case list(SettingType, ListRule)
    /// Keys of the file's own choosing.
    case map(MapRule, SettingType)
    case section(SettingSchema)
    /// The first that takes this kind of value. One word goes to the first that can read it, and
    /// the last says what is wrong.
    case either([SettingType])
}

extension SettingType {
    struct ListRule: Sendable {
        var count: ClosedRange<Int> = 0...1_000
        /// Whether the order means something.
        var isOrdered = true
    }

    struct MapRule: Sendable {
        var count = 1_000
        /// What all keys and values together may hold.
        var bytes = 256 * 1_024
        var key: @Sendable (String) throws(TextFault) -> Void = PlainText.checkName
    }

    static let name = SettingType.checked(what: "a name", PlainText.checkName)
    static let duration = SettingType.duration(days: 7)
    static let globs = SettingType.list(.glob, ListRule(count: 0...100))
    static let commands = SettingType.list(.command, ListRule())
    static let names = SettingType.list(.name, ListRule(isOrdered: false))
    static let variables = SettingType.map(
        MapRule(count: 200, bytes: 64 * 1_024, key: PlainText.checkVariable), .template)

    static func set(_ type: SettingType, upTo count: Int = 1_000) -> SettingType {
        .list(type, ListRule(count: 0...count, isOrdered: false))
    }

    /// One of `words`, else of another type.
    static func words(_ words: [String], or type: SettingType) -> SettingType {
        .either([.word(words), type])
    }

    /// For messages: "a duration".
    var text: String {
        switch self {
        case .text, .template: "a text"
        case .checked(let what, _): what
        case .word(let words): words.map { "`\($0)`" }.joined(separator: " or ")
        case .boolean: "`true` or `false`"
        case .integer: "an integer"
        case .number: "a number"
        case .duration: "a duration"
        case .size: "a size"
        case .fraction: "a fraction"
        case .path, .homePath: "a path"
        case .glob: "a pattern"
        case .command: "a command"
        case .scalar: "one value"
        case .list(let item, _): "a list of \(item.text)"
        case .map, .section: "a mapping"
        case .either(let types): types.map(\.text).joined(separator: " or ")
        }
    }
}
