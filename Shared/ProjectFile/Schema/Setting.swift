/// A checked value of a project file, with the place where it is written.
struct Setting: Sendable {
    indirect enum Value: Sendable {
        case text(String)
        case template(Template)
        case integer(Int)
        case number(Double)
        case boolean(Bool)
        case nanoseconds(Int64)
        case bytes(Int64)
        case fraction(Double)
        case command(Command)
        /// `isOrdered` is false where only membership counts.
        case list([Setting], isOrdered: Bool)
        /// Keys of the file's own choosing, in its order.
        case map([(key: String, value: Setting)])
        case section(SettingTable)
    }

    let value: Value
    /// Nothing when the value is a built-in default.
    let place: TextPlace?
    let path: SettingPath

    init(_ value: Value, place: TextPlace? = nil, path: SettingPath = .root) {
        self.value = value
        self.place = place
        self.path = path
    }
}

extension Setting {
    /// A text, or a template as it is written.
    var text: String? {
        switch value {
        case .text(let text): text
        case .template(let template): template.source
        default: nil
        }
    }

    var template: Template? {
        switch value {
        case .template(let template): template
        case .text(let text): Template(segments: [.text(text)])
        default: nil
        }
    }

    var integer: Int? { if case .integer(let integer) = value { integer } else { nil } }
    var boolean: Bool? { if case .boolean(let boolean) = value { boolean } else { nil } }
    var bytes: Int64? { if case .bytes(let bytes) = value { bytes } else { nil } }
    var command: Command? { if case .command(let command) = value { command } else { nil } }
    var section: SettingTable? { if case .section(let table) = value { table } else { nil } }

    var number: Double? {
        switch value {
        case .number(let number), .fraction(let number): number
        default: nil
        }
    }

    var duration: Duration? {
        if case .nanoseconds(let nanoseconds) = value { .nanoseconds(nanoseconds) } else { nil }
    }

    /// The items of a list; one value stands for itself.
    var items: [Setting] {
        switch value {
        case .list(let items, _): items
        case .map, .section: []
        default: [self]
        }
    }

    var entries: [(key: String, value: Setting)] {
        if case .map(let entries) = value { entries } else { [] }
    }

    /// Texts of a list, in its order.
    var texts: [String] { items.compactMap(\.text) }
}
