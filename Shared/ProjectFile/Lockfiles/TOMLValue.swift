/// A value of a TOML document. Numbers, dates and words keep their written text.
indirect enum TOMLValue: Sendable, Equatable {
    case string(String)
    case bare(String)
    case list([TOMLValue])
    case table([String: TOMLValue])

    var text: String? {
        switch self {
        case .string(let text), .bare(let text): text
        case .list, .table: nil
        }
    }

    var items: [TOMLValue] { if case .list(let items) = self { items } else { [] } }
    var entries: [String: TOMLValue] { if case .table(let entries) = self { entries } else { [:] } }

    subscript(key: String) -> TOMLValue? { entries[key] }
}

extension [String: TOMLValue] {
    /// The strings of a list below a path of keys.
    func texts(_ path: String...) -> [String] {
        find(path)?.items.compactMap(\.text) ?? []
    }

    func find(_ path: [String]) -> TOMLValue? {
        path.reduce(TOMLValue.table(self)) { $0?[$1] }
    }

    /// Puts a table at a path: into the last element of each list on the way, made where nothing
    /// is. `isElement`: it becomes one more element of the list that the path names.
    ///
    /// Returns: whether nothing else stands in the way.
    mutating func place(
        _ table: [String: TOMLValue], at path: ArraySlice<String>, isElement: Bool
    ) -> Bool {
        guard let key = path.first else { return merge(table) }
        // Taken out first, so that what is below is changed in its place and never copied.
        let here = removeValue(forKey: key)
        let (value, isPlaced) = Self.placed(
            table, at: path.dropFirst(), isElement: isElement, into: here)
        self[key] = value
        return isPlaced
    }

    private static func placed(
        _ table: [String: TOMLValue], at rest: ArraySlice<String>, isElement: Bool,
        into here: consuming TOMLValue?
    ) -> (TOMLValue, Bool) {
        switch here {
        case nil where rest.isEmpty && isElement: return (.list([.table(table)]), true)
        case .list(var items)? where rest.isEmpty && isElement:
            items.append(.table(table))
            return (.list(items), true)
        case .list(var items)?:
            guard case .table(var last)? = items.popLast() else { return (.list(items), false) }
            let isPlaced = last.place(table, at: rest, isElement: isElement)
            items.append(.table(last))
            return (.list(items), isPlaced)
        case nil, .table?:
            var below = here?.entries ?? [:]
            let isPlaced = below.place(table, at: rest, isElement: isElement)
            return (.table(below), isPlaced)
        case let other?: return (other, false)
        }
    }

    private mutating func merge(_ table: [String: TOMLValue]) -> Bool {
        for (key, value) in table where updateValue(value, forKey: key) != nil { return false }
        return true
    }
}
