extension ProjectSchema {
    static let measure = SettingSchema([
        SettingKey(
            "counters", .set(.checked(what: "a counter", CounterNames.check), upTo: 100),
            .words("core", "branch", "cache"), help: "sets, events, raw `pmu/term=value/`"),
        SettingKey(
            "providers", .set(.word(["hardware", "software_event", "tool_reported"])),
            .words("hardware", "software_event", "tool_reported"), help: "values that are stored"),
        SettingKey(
            "simulated", .word(["off", "fallback", "always"]),
            help: "default: fallback for `command`, else off"),
        SettingKey(
            "cpus", .words(["all"], or: .integer(1...4_096)), .integer(1),
            help: "whole physical cores"),
        SettingKey("smt", .word(["one", "all"]), .text("one"), help: "threads used of each core"),
        SettingKey("numa", .word(["one", "spread"]), .text("one"), help: "memory nodes"),
        SettingKey(
            "aslr", .word(["auto", "fixed", "random", "host"]), .text("auto"),
            help: "layout of the address space"),
        SettingKey("network", .word(["off", "on"]), .text("off"), help: "off: loopback only"),
        SettingKey(
            "isolation", .word(["full", "partial", "none"]), .text("full"), help: "asked for"),
        SettingKey(
            "tuning", .word(["observe", "default", "strict", "fixed-frequency"]),
            .text("default"), help: "profile of the host"),
        SettingKey("memory", .size, help: "default: 80 % of RAM"),
        SettingKey("processes", .integer(1...4_194_304), .integer(4_096), help: "limit"),
        SettingKey("disk", .size, .bytes(10 << 30), help: "limit"),
        SettingKey(
            "page_cache", .word(["warm", "cold"]), .text("warm"),
            help: "cold: dropped before each execution"),
        SettingKey("deterministic", .boolean, .boolean(true), help: "hash seeds fixed"),
        SettingKey(
            "profile", .word(["off", "regression", "always"]), .text("off"),
            help: "profiles as artifacts"),
    ])

    static let gate = SettingSchema([
        SettingKey(
            "fail_on", .set(.word(["regressed", "warn", "failed", "partial", "unclear"])),
            .words("regressed", "failed"), help: "decisions that fail the gate"),
        SettingKey("tags", .names, help: "only entries with one of these"),
        SettingKey("required", .boolean, .boolean(false), help: "false: reported as neutral"),
    ])

    static let notification = SettingSchema([
        SettingKey("channel", .name, isRequired: true, help: "set up on the controller"),
        SettingKey(
            "on", .set(.word(["opened", "confirmed", "resolved", "failed", "digest"])),
            help: "which events"),
        SettingKey("tags", .names, help: "only entries with one of these"),
    ])

    static let policy = SettingSchema([
        SettingKey(
            "threshold", .words(["auto"], or: .fraction), .text("auto"), help: "what is worse"),
        SettingKey(
            "warn", .words(["auto"], or: .fraction), .text("auto"),
            help: "default: 0.9 × threshold"),
        SettingKey(
            "test",
            .word([
                "change_point", "budget", "static", "percentage", "z_score", "t_test",
                "log_normal", "iqr", "delta_iqr",
            ]), .text("change_point"), help: "how it is decided"),
        SettingKey("lower", .number, help: "lower boundary"),
        SettingKey("upper", .number, help: "upper boundary"),
        SettingKey("min_sample_size", .integer(2...10_000), help: "fewest points"),
        SettingKey("max_sample_size", .integer(2...10_000), .integer(64), help: "most points"),
        SettingKey("mirror", .boolean, .boolean(false), help: "one boundary for both sides"),
        SettingKey("q", .fraction, .fraction(0.05), help: "false discovery rate"),
        SettingKey("noise_threshold", .fraction, help: "coefficient of variation"),
        SettingKey(
            "noise_policy", .word(["ignore", "warn", "skip"]), .text("ignore"),
            help: "what noise does"),
        SettingKey(
            "require_significance", .boolean, .boolean(true), help: "chance must be ruled out"),
        SettingKey(
            "baseline",
            .word(["level", "parent", "fork_point", "pinned", "last_n", "release"]),
            .text("level"), help: "what is compared with"),
        SettingKey("n", .integer(1...1_000), help: "with `last_n`; default 5"),
        SettingKey(
            "host_mismatch", .word(["error", "warn", "ignore"]), .text("warn"),
            help: "base from another host"),
        SettingKey("gate", .section(gate), help: "the commit status"),
        SettingKey("confirm", .boolean, .boolean(true), help: "re-run before an alert opens"),
        SettingKey("notify", .list(.section(notification), .init(count: 0...50)), help: "whom"),
    ])
}
