/// Walks a YAML tree by the schema: what fits becomes settings, what does not becomes problems.
struct SchemaWalker {
    private let root: SettingSchema
    private(set) var problems = ProblemList()

    init(root: SettingSchema) {
        self.root = root
    }

    /// The settings that are written and right; defaults are not yet put in.
    mutating func walk(_ node: YAMLNode) -> SettingTable {
        table(node, root, .root) ?? SettingTable(place: node.place)
    }

    /// A mapping by its schema; nothing when it is no mapping.
    private mutating func table(
        _ node: YAMLNode, _ schema: SettingSchema, _ path: SettingPath
    ) -> SettingTable? {
        guard case .mapping(let entries) = node.content else {
            refuse(node, path, wanted: "a mapping")
            return nil
        }
        var table = SettingTable(place: node.place, path: path)
        for entry in entries {
            guard let key = schema[entry.key] else {
                if !(schema.allowsExtras && entry.key.hasPrefix("x-")) {
                    refuseKey(entry, schema, path)
                }
                continue
            }
            table[key.name] = setting(entry.value, key.type, path.key(key.name))
        }
        let written = Set(entries.map(\.key))
        for key in schema.keys where key.isRequired && !written.contains(key.name) {
            problems.add(
                .missingKey, path.key(key.name), node.place,
                "`\(path.key(key.name).text)` is missing")
        }
        return table
    }

    private mutating func setting(
        _ node: YAMLNode, _ type: SettingType, _ path: SettingPath
    ) -> Setting? {
        switch type {
        case .list(let item, let rule): list(node, item, rule, path)
        case .map(let rule, let value): map(node, rule, value, path)
        case .section(let schema):
            table(node, schema, path).map {
                Setting(.section($0), place: node.place, path: path)
            }
        case .either(let types): either(node, types, path)
        case .command: command(node, path)
        default: scalar(node, type, path)
        }
    }

    private mutating func scalar(
        _ node: YAMLNode, _ type: SettingType, _ path: SettingPath
    ) -> Setting? {
        guard case .scalar(let text, let isPlain) = node.content, !(isPlain && text.isEmpty)
        else {
            refuse(node, path, wanted: type.text)
            return nil
        }
        do {
            return Setting(try type.value(of: text), place: node.place, path: path)
        } catch {
            add(error, node, path)
            return nil
        }
    }

    private mutating func list(
        _ node: YAMLNode, _ item: SettingType, _ rule: SettingType.ListRule, _ path: SettingPath
    ) -> Setting? {
        var nodes = [node]
        var isWrapped = true
        if case .sequence(let items) = node.content {
            nodes = items
            isWrapped = false
        }
        guard rule.count.contains(nodes.count) else {
            problems.add(
                .outOfRange, path, node.place,
                "`\(path.text)` has \(nodes.count) items; "
                    + (nodes.count < rule.count.lowerBound
                        ? "at least \(rule.count.lowerBound) are needed"
                        : "\(rule.count.upperBound) are allowed"))
            return nil
        }
        var settings: [Setting] = []
        for (index, node) in nodes.enumerated() {
            let place = isWrapped ? path : path.item(index)
            if let setting = setting(node, item, place) { settings.append(setting) }
        }
        return Setting(
            .list(settings, isOrdered: rule.isOrdered), place: node.place, path: path)
    }

    private mutating func map(
        _ node: YAMLNode, _ rule: SettingType.MapRule, _ type: SettingType, _ path: SettingPath
    ) -> Setting? {
        guard case .mapping(let entries) = node.content else {
            refuse(node, path, wanted: "a mapping")
            return nil
        }
        let bytes = entries.reduce(0) { $0 + $1.key.utf8.count + $1.value.textBytes }
        guard entries.count <= rule.count, bytes <= rule.bytes else {
            problems.add(
                .outOfRange, path, node.place,
                "`\(path.text)` has \(entries.count) entries of \(bytes) bytes; "
                    + "\(rule.count) and \(rule.bytes) are allowed")
            return nil
        }
        var settings: [(key: String, value: Setting)] = []
        for entry in entries {
            do {
                try rule.key(entry.key)
            } catch {
                problems.add(
                    error.code, path.key(entry.key), entry.keyPlace,
                    "`\(path.key(entry.key).text)` \(error.message)",
                    suggestion: error.suggestion)
                continue
            }
            if let value = setting(entry.value, type, path.key(entry.key)) {
                settings.append((entry.key, value))
            }
        }
        return Setting(.map(settings), place: node.place, path: path)
    }
}

extension SchemaWalker {
    private mutating func command(_ node: YAMLNode, _ path: SettingPath) -> Setting? {
        do {
            switch node.content {
            case .scalar(let text, let isPlain) where !(isPlain && text.isEmpty):
                return Setting(
                    .command(try Command(text: text)), place: node.place, path: path)
            case .sequence(let items):
                var words: [String] = []
                for (index, item) in items.enumerated() {
                    guard case .scalar(let word, _) = item.content else {
                        refuse(item, path.item(index), wanted: "a text")
                        return nil
                    }
                    words.append(word)
                }
                return Setting(
                    .command(try Command(list: words)), place: node.place, path: path)
            default:
                refuse(node, path, wanted: "a command")
                return nil
            }
        } catch {
            add(error, node, path)
            return nil
        }
    }

    private mutating func either(
        _ node: YAMLNode, _ types: [SettingType], _ path: SettingPath
    ) -> Setting? {
        let fitting = types.filter { $0.takes(node.content) }
        guard let first = fitting.first, let last = fitting.last else {
            refuse(node, path, wanted: types.map(\.text).joined(separator: " or "))
            return nil
        }
        guard case .scalar(let text, _) = node.content else { return setting(node, first, path) }
        for type in fitting.dropLast() {
            if let value = try? type.value(of: text) {
                return Setting(value, place: node.place, path: path)
            }
        }
        if case .list = last { return setting(node, last, path) }
        let words = fitting.dropLast().flatMap(\.words)
        do {
            return Setting(
                try last.value(of: text), place: node.place, path: path)
        } catch {
            let nearest = Suggestion.nearest(to: text, among: words + last.words)
            let message =
                error.code == .wrongType && error.suggestion == nil
                ? "must be \(SettingType.either(fitting).text), not \(Quoted.text(text))"
                : error.message
            let fault = TextFault(
                error.code, message,
                suggestion: nearest.map(Suggestion.meant) ?? error.suggestion)
            add(fault, node, path)
            return nil
        }
    }

    private mutating func add(_ fault: TextFault, _ node: YAMLNode, _ path: SettingPath) {
        problems.add(
            fault.code, path, node.place, "`\(path.text)` \(fault.message)",
            suggestion: fault.suggestion)
    }

    private mutating func refuse(_ node: YAMLNode, _ path: SettingPath, wanted: String) {
        let name = path.text.isEmpty ? "the file" : "`\(path.text)`"
        problems.add(
            .wrongType, path, node.place, "\(name) must be \(wanted), not \(node.kindText)")
    }

    private mutating func refuseKey(
        _ entry: YAMLNode.Entry, _ schema: SettingSchema, _ path: SettingPath
    ) {
        guard problems.keeps(errorAt: entry.keyPlace) else { return }
        let own = path.key(entry.key)
        var suggestion = Suggestion.nearest(to: entry.key, among: schema.keys.map(\.name))
            .map(Suggestion.meant)
        if suggestion == nil, let home = root.home(of: entry.key) {
            suggestion = home.isEmpty ? "it belongs at the top" : "it belongs under `\(home)`"
        }
        problems.add(
            .unknownKey, own, entry.keyPlace, "`\(own.text)` is not known",
            suggestion: suggestion)
    }
}
