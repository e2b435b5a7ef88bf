/// The keys of one section: the table against which a file is read, and from which help is written.
struct SettingSchema: Sendable {
    let keys: [SettingKey]
    /// Keys that start with `x-` are passed over.
    let allowsExtras: Bool

    init(_ keys: [SettingKey], allowsExtras: Bool = false) {
        self.keys = keys
        self.allowsExtras = allowsExtras
    }

    subscript(_ name: String) -> SettingKey? { keys.first { $0.name == name } }

    /// Puts in the defaults of absent keys, at every level below.
    func filled(_ table: SettingTable) -> SettingTable {
        var result = table
        for key in keys {
            if let given = table[key.name] {
                result[key.name] = key.type.filled(given)
            } else if let standard = key.standard {
                result[key.name] = Setting(standard, path: table.path.key(key.name))
            } else if case .section(let schema) = key.type, !key.staysAbsent {
                let empty = SettingTable(place: table.place, path: table.path.key(key.name))
                result[key.name] = Setting(.section(schema.filled(empty)), path: empty.path)
            }
        }
        return result
    }

    /// Where in the file a key of this name belongs, nearest to the top; "" is the top itself.
    func home(of name: String) -> String? {
        var level: [(schema: SettingSchema, path: String)] = [(self, "")]
        for _ in 0..<4 {
            if let found = level.first(where: { $0.schema[name] != nil }) { return found.path }
            level = level.flatMap { entry in
                entry.schema.keys.compactMap { key in
                    key.type.innerSchema.map {
                        ($0, entry.path.isEmpty ? key.name : "\(entry.path).\(key.name)")
                    }
                }
            }
        }
        return nil
    }
}

/// One key: its type, what holds without it, and what it is for.
struct SettingKey: Sendable {
    let name: String
    let type: SettingType
    /// What holds when the key is absent.
    let standard: Setting.Value?
    let isRequired: Bool
    /// A section that is not filled with defaults when it is absent.
    let staysAbsent: Bool
    let help: String

    init(
        _ name: String, _ type: SettingType, _ standard: Setting.Value? = nil,
        isRequired: Bool = false, staysAbsent: Bool = false, help: String
    ) {
        self.name = name
        self.type = type
        self.standard = standard
        self.isRequired = isRequired
        self.staysAbsent = staysAbsent
        self.help = help
    }
}

extension SettingType {
    /// Puts defaults into the sections inside a value.
    fileprivate func filled(_ setting: Setting) -> Setting {
        guard let schema = innerSchema else { return setting }
        let value: Setting.Value =
            switch setting.value {
            case .section(let table): .section(schema.filled(table))
            case .list(let items, let isOrdered): .list(items.map(filled), isOrdered: isOrdered)
            case .map(let entries): .map(entries.map { ($0.key, filled($0.value)) })
            default: setting.value
            }
        return Setting(value, place: setting.place, path: setting.path)
    }

    /// The section in this type, also inside a list or a map.
    var innerSchema: SettingSchema? {
        switch self {
        case .section(let schema): schema
        case .list(let item, _): item.innerSchema
        case .map(_, let value): value.innerSchema
        case .either(let types): types.lazy.compactMap(\.innerSchema).first
        default: nil
        }
    }
}

extension Setting.Value {
    static func seconds(_ count: Int64) -> Self { .nanoseconds(count * 1_000_000_000) }
    static func minutes(_ count: Int64) -> Self { .seconds(count * 60) }
    static func hours(_ count: Int64) -> Self { .minutes(count * 60) }

    static func words(_ words: String..., isOrdered: Bool = false) -> Self {
        .list(words.map { Setting(.text($0)) }, isOrdered: isOrdered)
    }
}
