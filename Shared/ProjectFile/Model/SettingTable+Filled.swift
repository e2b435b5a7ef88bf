/// Reading a table whose defaults are put in and which has no problem: what the schema promises
/// is there, and its absence is a mistake in the schema.
extension SettingTable {
    func need<Value>(_ name: String, _ read: (Setting) -> Value?) -> Value {
        guard let setting = self[name], let value = read(setting) else {
            preconditionFailure("the schema gives no value for \(path.key(name).text)")
        }
        return value
    }

    func word<Word: RawRepresentable>(_ name: String) -> Word where Word.RawValue == String {
        need(name) { $0.text.flatMap(Word.init(rawValue:)) }
    }

    func optionalWord<Word: RawRepresentable>(_ name: String) -> Word?
    where Word.RawValue == String {
        text(name).flatMap(Word.init(rawValue:))
    }

    func words<Word: RawRepresentable>(_ name: String) -> [Word] where Word.RawValue == String {
        texts(name).compactMap(Word.init(rawValue:))
    }

    func templates(byName name: String) -> [String: Template] {
        var result: [String: Template] = [:]
        for entry in self[name]?.entries ?? [] { result[entry.key] = entry.value.template }
        return result
    }

    func textLists(byName name: String) -> [String: [String]] {
        var result: [String: [String]] = [:]
        for entry in self[name]?.entries ?? [] { result[entry.key] = entry.value.texts }
        return result
    }
}
