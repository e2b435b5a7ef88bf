extension ProjectSchema {
    private static let capabilities = SettingType.set(
        .checked(what: "a capability", CapabilityNames.check))

    static let requires = SettingType.either([
        capabilities,
        .section(
            SettingSchema([
                SettingKey(
                    "labels", .map(.init(count: 64), .set(.text, upTo: 64)),
                    help: "equal, or in the list"),
                SettingKey("capabilities", capabilities, help: "what the host must offer"),
                SettingKey("arch", .set(.word(["x86_64", "aarch64"])), help: "processors"),
                SettingKey("cpus", .integer(1...4_096), help: "fewest cores"),
                SettingKey("memory", .size, help: "least memory"),
                SettingKey(
                    "on", .word(["one", "each"]), .text("one"), help: "host classes that fit"),
            ])),
    ])

    static let pairs = SettingSchema([
        SettingKey("min", .integer(1...1_000), .integer(8), help: "fewest pairs"),
        SettingKey("max", .integer(1...1_000), .integer(20), help: "most pairs"),
    ])

    static let interleave = SettingSchema([
        SettingKey(
            "mode", .word(["auto", "always", "never"]), .text("auto"),
            help: "auto: reuse a fresh base, else both in one attempt"),
        SettingKey("pairs", .section(pairs), help: "how often"),
        SettingKey(
            "order", .word(["ABBA", "random"]), .text("ABBA"), help: "order inside pairs"),
        SettingKey("reuse", .duration, .hours(24), help: "age up to which a base is reused"),
    ])

    static let dependencies = SettingSchema([
        SettingKey("lockfiles", .globs, help: "default: all known; `[]` switches off"),
        SettingKey(
            "mode", .word(["pinned", "floating"]), .text("pinned"),
            help: "floating: record what was resolved"),
    ])

    static let artifact = SettingSchema([
        SettingKey("paths", .globs, isRequired: true, help: "files to keep"),
        SettingKey(
            "when", .word(["always", "failure", "regression"]), .text("always"), help: "when"),
        SettingKey("retain", .duration(days: 3_650), help: "at most the project's limit"),
    ])

    static let pullRequests = SettingSchema([
        SettingKey("mode", .word(["off", "on", "comment"]), .text("on"), help: "when measured"),
        SettingKey("branches", .globs, help: "target branches"),
        SettingKey("drafts", .boolean, .boolean(false), help: "drafts too"),
        SettingKey(
            "forks", .word(["approve", "never"]), .text("approve"),
            help: "only the controller may set `run`"),
    ])

    static let schedule = SettingSchema([
        SettingKey(
            "cron", .checked(what: "five fields", CronText.check), isRequired: true,
            help: "minute hour day month weekday"),
        SettingKey(
            "timezone", .checked(what: "a time zone", checkTimeZone), .text("UTC"),
            help: "name of the tz database"),
        SettingKey("branch", .text, help: "default: the default branch"),
        SettingKey("tags", .names, help: "only entries with one of these"),
        SettingKey(
            "missed", .word(["run_once", "skip", "all"]), .text("run_once"),
            help: "what was missed while down"),
        SettingKey("if_changed", .boolean, .boolean(true), help: "only after new commits"),
    ])

    static let triggers = SettingSchema([
        SettingKey("branches", .globs, help: "default: the default branch"),
        SettingKey("tags", .globs, help: "default: none"),
        SettingKey("paths", .globs, help: "at least one changed file must match"),
        SettingKey(
            "pull_requests",
            .either([.word(["off", "on", "comment"]), .section(pullRequests)]), .text("on"),
            help: "pull requests"),
        SettingKey(
            "schedules", .list(.section(schedule), .init(count: 0...20)), help: "by the clock"),
        SettingKey(
            "coalesce", .words(["off"], or: .integer(1...10_000)), .integer(10),
            help: "queue depth above which commits are skipped"),
    ])

    /// The shape of a name; whether the zone exists is the controller's to say.
    @Sendable private static func checkTimeZone(_ text: String) throws(TextFault) {
        let allowed = Set("/_+-".utf8)
        guard !text.isEmpty, text.utf8.count <= 64,
            text.utf8.allSatisfy({ PlainText.isLetterOrDigit($0) || allowed.contains($0) })
        else { throw TextFault(.wrongValue, "is no time zone: \(Quoted.text(text))") }
    }
}
