extension ProjectChecks {
    /// What may stand in a place: the params of the entry, and what exists only in an execution.
    private struct Scope {
        /// Names and values.
        let parameters: [String: [String]]
        let isExecution: Bool
    }

    mutating func checkEntryPlaceholders(_ entry: ProjectDraft.Entry) {
        let parameters = entry.written.textLists(byName: "params")
        let scope = Scope(parameters: parameters, isExecution: true)
        let keys = [
            "command", "setup", "cleanup", "results", "directory", "stdin", "rules", "environment",
        ]
        check(keys, of: entry.written, scope)
    }

    mutating func checkFilePlaceholders() {
        let scope = Scope(parameters: [:], isExecution: false)
        let build = draft.written.section("build")
        check(["commands", "prefetch", "directory", "outputs"], of: build, scope)
        check(["key", "paths"], of: build.section("cache"), scope)
        check(["set", "path"], of: draft.written.section("environment"), scope)
    }

    private mutating func check(_ keys: [String], of table: SettingTable, _ scope: Scope) {
        for key in keys {
            guard let setting = table[key] else { continue }
            for item in setting.items + setting.entries.map(\.value) {
                check(item, scope)
                if Self.pathKeys.contains(key) { checkPathValues(item, scope) }
            }
        }
    }

    private mutating func check(_ setting: Setting, _ scope: Scope) {
        let used: [Placeholder] =
            switch setting.value {
            case .command(let command): command.placeholders
            case .template(let template): template.placeholders
            default: []
            }
        for placeholder in Set(used) {
            guard let known = unknown(placeholder, scope) else { continue }
            let nearest = Suggestion.nearest(to: placeholder.text, among: known)
            add(
                .unknownPlaceholder, at: setting,
                "has a placeholder that is not known here: "
                    + Quoted.text("{{\(placeholder.text)}}"),
                suggestion: nearest.map { "did you mean `{{\($0)}}`?" })
        }
    }

    private static let pathKeys: Set<String> = [
        "results", "directory", "stdin", "rules", "outputs", "key", "paths", "path",
    ]

    /// What is put into a path may not lead out of the repository either. Parts of dots alone are
    /// refused, since two of them could meet.
    private mutating func checkPathValues(_ setting: Setting, _ scope: Scope) {
        for placeholder in Set(setting.template?.placeholders ?? []) {
            let values: [String] =
                switch placeholder {
                case .matrix(let axis): draft.matrix.cells.compactMap { $0.values[axis] }
                case .parameter(let name): scope.parameters[name] ?? []
                default: []
                }
            let broken = values.first { value in
                value.isEmpty || value.hasPrefix("/") || value.hasPrefix("~")
                    || value.split(separator: "/").contains { $0 == "." || $0 == ".." }
            }
            guard let broken else { continue }
            add(
                .badPath, at: setting,
                "may leave the repository: `{{\(placeholder.text)}}` can be "
                    + Quoted.text(broken))
        }
    }

    /// The words that could have been meant, when `placeholder` is not known in `scope`.
    private func unknown(_ placeholder: Placeholder, _ scope: Scope) -> [String]? {
        let axes = draft.matrix.axisNames.map { "matrix.\($0)" }.sorted()
        let parameters = scope.parameters.keys.sorted().map { "param.\($0)" }
        switch placeholder {
        case .matrix(let axis):
            // Too large a matrix has a problem of its own, and no cells to look into.
            let cells = draft.matrix.cells
            let isKnown =
                draft.matrix.axisNames.contains(axis)
                && cells.allSatisfy { $0.values[axis] != nil }
            return isKnown ? nil : axes + parameters
        case .parameter(let name):
            return scope.parameters[name] != nil ? nil : parameters + axes
        case .results, .repetition: return scope.isExecution ? nil : ["workspace", "cpus"]
        case .cpus, .workspace: return nil
        }
    }

    /// An axis that no build and no entry uses only measures the same thing again.
    mutating func warnOfUnusedAxes() {
        var used: Set<String> = []
        collect(draft.written, into: &used)
        for entry in draft.entries { collect(entry.written, into: &used) }
        for axis in draft.written.section("matrix")["axes"]?.entries ?? []
        where !used.contains(axis.key) {
            add(.unusedAxis, at: axis.value, "is used nowhere")
        }
    }

    private func collect(_ table: SettingTable, into used: inout Set<String>) {
        for name in table.names where name != "benchmarks" && name != "matrix" {
            guard let setting = table[name] else { continue }
            if name == "only" { used.formUnion(setting.entries.map(\.key)) }
            if let section = setting.section { collect(section, into: &used) }
            for item in setting.items + setting.entries.map(\.value) {
                for case .matrix(let axis) in item.placeholders { used.insert(axis) }
            }
        }
    }
}

extension Setting {
    fileprivate var placeholders: [Placeholder] {
        switch value {
        case .command(let command): command.placeholders
        case .template(let template): template.placeholders
        default: []
        }
    }
}
