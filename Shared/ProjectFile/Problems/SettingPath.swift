/// The way from the top of the file to a value, as people write it.
struct SettingPath: Hashable, Sendable {
    let text: String

    static let root = SettingPath(text: "")

    func key(_ name: String) -> SettingPath {
        let shown = Quoted.clip(name)
        return SettingPath(text: text.isEmpty ? shown : "\(text).\(shown)")
    }

    func item(_ index: Int) -> SettingPath { SettingPath(text: "\(text)[\(index)]") }
}
