/// The checked keys of one section, in the order of the file.
struct SettingTable: Sendable {
    private(set) var names: [String] = []
    private var settings: [String: Setting] = [:]
    let place: TextPlace?
    let path: SettingPath

    init(place: TextPlace? = nil, path: SettingPath = .root) {
        self.place = place
        self.path = path
    }

    subscript(_ name: String) -> Setting? {
        get { settings[name] }
        set {
            if settings[name] == nil, newValue != nil { names.append(name) }
            if newValue == nil { names.removeAll { $0 == name } }
            settings[name] = newValue
        }
    }

    /// The section under `name`; an empty one when it is absent or written as one word.
    func section(_ name: String) -> SettingTable {
        self[name]?.section ?? SettingTable(place: place, path: path.key(name))
    }

    func text(_ name: String) -> String? { self[name]?.text }
    func texts(_ name: String) -> [String] { self[name]?.texts ?? [] }
    func integer(_ name: String) -> Int? { self[name]?.integer }
    func duration(_ name: String) -> Duration? { self[name]?.duration }
    func isTrue(_ name: String) -> Bool { self[name]?.boolean ?? false }
    func commands(_ name: String) -> [Command] { self[name]?.items.compactMap(\.command) ?? [] }
    func templates(_ name: String) -> [Template] {
        self[name]?.items.compactMap(\.template) ?? []
    }

    /// This table over `lower`: sections and maps merge by key, all else is replaced
    /// (project-file.md section 5).
    func merged(over lower: SettingTable) -> SettingTable {
        var result = self
        for name in lower.names {
            guard let below = lower[name] else { continue }
            guard let own = self[name] else {
                result[name] = below
                continue
            }
            result[name] = own.merged(over: below)
        }
        return result
    }
}

extension Setting {
    fileprivate func merged(over lower: Setting) -> Setting {
        switch (value, lower.value) {
        case (.section(let own), .section(let below)):
            return Setting(.section(own.merged(over: below)), place: place, path: path)
        case (.map(let own), .map(let below)):
            let kept = below.filter { entry in !own.contains { $0.key == entry.key } }
            return Setting(.map(own + kept), place: place, path: path)
        default: return self
        }
    }
}
