extension ProjectChecks {
    /// Rules stand with `format: rules` and nowhere else; each has what its kind needs.
    mutating func checkRules(_ entry: ProjectDraft.Entry) {
        let rules = entry.table["rules"]
        guard entry.table.text("format") == "rules" else {
            add(
                .conflict, at: rules, "is used only with `format: rules`",
                suggestion: "set `format: rules`")
            return
        }
        guard let rules else {
            // A rules key that is itself wrong has its own problem.
            if entry.written["rules"] == nil {
                problems.add(
                    .missingKey, entry.path.key("rules"), entry.place,
                    "`\(entry.path.key("rules").text)` is missing: `format: rules` needs it")
            }
            return
        }
        guard let table = rules.section else { return }
        for item in table["rules"]?.items ?? [] {
            guard let rule = item.section else { continue }
            if table.text("kind") == "regex" {
                checkExpression(rule, item)
            } else if table.text("kind") == "json" {
                for key in ["each", "value", "name"] where rule[key] == nil {
                    add(.missingKey, at: item, "lacks `\(key)`, which rules of JSON need")
                }
            }
        }
    }

    /// What can be said of a pattern without compiling it: its named groups, and constructs that
    /// no linear-time engine has.
    private mutating func checkExpression(_ rule: SettingTable, _ item: Setting) {
        guard let pattern = rule.text("pattern") else {
            add(.missingKey, at: item, "lacks `pattern`, which rules of text need")
            return
        }
        let setting = rule["pattern"]
        if !Self.hasGroup("value", pattern) {
            add(.badPattern, at: setting, "has no group `(?<value>…)`")
        }
        if rule["name"] == nil, !Self.hasGroup("name", pattern) {
            add(.badPattern, at: setting, "has no group `(?<name>…)`, and the rule has no `name`")
        }
        for parameter in rule.texts("params") where !Self.hasGroup(parameter, pattern) {
            add(.badPattern, at: setting, "has no group for the param \(Quoted.text(parameter))")
        }
        for construct in ["(?=", "(?!", "(?<=", "(?<!", "(?>", "\\1", "\\k<"]
        where pattern.contains(construct) {
            add(
                .badPattern, at: setting,
                "uses `\(construct)`: patterns must be matched in linear time")
        }
    }

    private static func hasGroup(_ name: String, _ pattern: String) -> Bool {
        pattern.contains("(?<\(name)>") || pattern.contains("(?P<\(name)>")
    }
}
