extension ProjectSchema {
    static let repetitions = SettingSchema([
        SettingKey("min", .integer(1...10_000), help: "fewest executions"),
        SettingKey("max", .integer(1...10_000), help: "most executions"),
        SettingKey(
            "target", .words(["auto"], or: .fraction), .text("auto"),
            help: "relative half width of the median's interval"),
    ])

    static let rule = SettingSchema([
        SettingKey("pattern", .text, help: "regex: named group `value`, perhaps `name`, `unit`"),
        SettingKey("each", .text, help: "json: path to the items"),
        SettingKey(
            "name", .either([.text, .list(.text, .init())]), help: "name, or parts of it"),
        SettingKey("value", .text, help: "json: path to a number or to samples"),
        SettingKey(
            "params", .either([.list(.text, .init()), .map(.init(), .text)]),
            help: "regex: groups; json: key → path"),
        SettingKey("metric", .name, isRequired: true, help: "name of the metric"),
        SettingKey("unit", .text, help: "unit of the values"),
        SettingKey("direction", .word(better), help: "which way is better"),
        SettingKey("decimal", .text, help: "decimal sign, default `.`"),
        SettingKey("thousands", .text, help: "sign between thousands"),
    ])

    static let rules = SettingSchema([
        SettingKey("schema", .word(["fleetmark.rules.v1"]), help: "may be left out"),
        SettingKey("id", .name, help: "default: slug of the entry's name"),
        SettingKey("kind", .word(["regex", "json"]), isRequired: true, help: "kind of the rules"),
        SettingKey(
            "rules", .list(.section(rule), .init(count: 1...100)), isRequired: true,
            help: "tried in order"),
    ])

    static let metric = SettingSchema([
        SettingKey("better", .word(better), help: "overrides the tool"),
        SettingKey("unit", .text, help: "only where the tool gives none"),
        SettingKey("policy", .section(policy), staysAbsent: true, help: "for this metric"),
    ])

    static let better = ["lower", "higher", "none"]

    static func entryKeys(isNamed: Bool) -> [SettingKey] {
        (isNamed ? [SettingKey("name", .name, isRequired: true, help: "unique in the file")] : [])
            + commandKeys + executionKeys + judgingKeys
    }

    private static let commandKeys = [
        SettingKey("prefix", .text, help: "in front of the tool's names; default: `NAME/`"),
        SettingKey("command", .command, isRequired: true, help: "what is executed"),
        SettingKey("format", .text, .text("command"), help: "format of the results"),
        SettingKey(
            "rules", .either([.path, .section(rules)]), help: "with `format: rules`"),
        SettingKey("results", .globs, help: "result files; default: standard output"),
        SettingKey("directory", .path, .text("."), help: "inside the workspace"),
        SettingKey("environment", .variables, help: "added for this entry"),
        SettingKey("setup", .commands, help: "before the entry, unmeasured"),
        SettingKey("cleanup", .commands, help: "after the entry, unmeasured"),
        SettingKey(
            "setup_each", .boolean, .boolean(false), help: "setup before each execution"),
        SettingKey("stdin", .path, help: "file for standard input; default: none"),
        SettingKey(
            "ok_status", .set(.integer(0...255), upTo: 256),
            .list([Setting(.integer(0))], isOrdered: false), help: "exit statuses of success"),
        SettingKey(
            "shell", .boolean, .boolean(false), help: "the shell may be measured too"),
    ]

    private static let executionKeys = [
        SettingKey(
            "params", .map(.init(count: 8), .list(.scalar, .init(count: 1...256))),
            help: "the entry's own axes, up to 256 combinations"),
        SettingKey(
            "only", .map(.init(count: 8), .set(.scalar, upTo: 64)),
            help: "matrix cells in which the entry runs"),
        SettingKey(
            "repetitions", .either([.integer(1...10_000), .section(repetitions)]),
            help: "executions of the command"),
        SettingKey(
            "warmup", .either([.word(["auto"]), .integer(0...10_000), .duration]),
            help: "executions thrown away"),
        SettingKey(
            "skip_iterations", .integer(0...1_000_000), .integer(0),
            help: "iterations dropped per invocation"),
        SettingKey("timeout", .duration, .minutes(10), help: "one execution"),
        SettingKey(
            "silence", .words(["off"], or: .duration), .text("off"), help: "time without output"),
        SettingKey("grace", .duration, .seconds(10), help: "between TERM and KILL"),
        SettingKey("budget", .duration, .minutes(30), help: "the whole entry"),
        SettingKey("enabled", .boolean, .boolean(true), help: "false: kept and not run"),
        SettingKey(
            "partial_resume", .boolean, .boolean(false),
            help: "after a crash only the rest runs again"),
        SettingKey(
            "series", .integer(1...1_000_000), .integer(1), help: "raised to start new series"),
        SettingKey("renamed_from", .name, help: "continues the series of the old name"),
    ]

    private static let judgingKeys = [
        SettingKey(
            "metrics",
            .either([.map(.init(count: 200), .section(metric)), .names]),
            help: "metrics with a policy of their own"),
        SettingKey("keep", .set(.checked(what: "a pattern", checkMetricGlob)), help: "stored"),
        SettingKey("watch", .set(.checked(what: "a pattern", checkMetricGlob)), help: "judged"),
        SettingKey("tags", .set(.name, upTo: 32), help: "for filters, routing and gates"),
        SettingKey("description", .text, help: "shown on pages"),
        SettingKey("owner", .text, help: "forge user or team"),
        SettingKey("measure", .section(measure), staysAbsent: true, help: "over the file's"),
        SettingKey("requires", requires, staysAbsent: true, help: "over the file's"),
        SettingKey("policy", .section(policy), staysAbsent: true, help: "over the file's"),
    ]

    @Sendable private static func checkMetricGlob(_ text: String) throws(TextFault) {
        let allowed = Set("._-*?:=/".utf8)
        guard !text.isEmpty, text.utf8.count <= 128,
            text.utf8.allSatisfy({ PlainText.isLetterOrDigit($0) || allowed.contains($0) })
        else { throw TextFault(.badPattern, "is no pattern of metrics: \(Quoted.text(text))") }
    }
}
