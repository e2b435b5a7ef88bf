import Patterns

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
                checkPaths(rule)
            }
        }
    }

    /// The pattern is compiled as the agent will do it, and asked for its groups.
    private mutating func checkExpression(_ rule: SettingTable, _ item: Setting) {
        guard let pattern = rule.text("pattern") else {
            add(.missingKey, at: item, "lacks `pattern`, which rules of text need")
            return
        }
        let setting = rule["pattern"]
        expressionCount += 1
        guard expressionCount <= Self.mostExpressions else {
            if expressionCount == Self.mostExpressions + 1 {
                add(
                    .outOfRange, at: setting,
                    "is one pattern too many: a file may have \(Self.mostExpressions)")
            }
            return
        }
        let expression: LinearPattern
        do throws(LinearPattern.Fault) {
            expression = try LinearPattern(pattern)
        } catch {
            return add(
                .badPattern, at: setting, "cannot be used: \(Quoted.clip(error.reason))")
        }
        if expression.group(named: "value") == nil {
            add(.badPattern, at: setting, "has no group `(?<value>…)`")
        }
        if rule["name"] == nil, expression.group(named: "name") == nil {
            add(.badPattern, at: setting, "has no group `(?<name>…)`, and the rule has no `name`")
        }
        for parameter in rule.texts("params") where expression.group(named: parameter) == nil {
            add(.badPattern, at: setting, "has no group for the param \(Quoted.text(parameter))")
        }
    }

    /// The paths into a document, as the reader of results takes them.
    private mutating func checkPaths(_ rule: SettingTable) {
        for key in ["each", "value"] {
            guard let path = rule.text(key), JSONPath(path) == nil else { continue }
            add(
                .badPattern, at: rule[key],
                "is no path of `$`, `.key`, `['key']`, `[0]` and `[*]`: \(Quoted.text(path))")
        }
    }
}
