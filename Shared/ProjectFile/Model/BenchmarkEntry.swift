/// One entry of `benchmarks` with the file's `measure`, `requires` and `policy` merged in
/// (project-file.md section 2.3).
package struct BenchmarkEntry: Sendable {
    /// Rules for the format `rules`.
    package enum Rules: Sendable, Equatable {
        /// A whole `fleetmark.rules.v1` object.
        case inline(json: [UInt8])
        case file(Template)
    }

    package let name: String
    /// In front of the names that a tool gives; a single-result format does not use it.
    package let prefix: String
    package let command: Command
    package let format: String
    package let rules: Rules?
    /// Result files; empty: standard output.
    package let results: [Template]
    package let directory: Template
    package let variables: [String: Template]
    package let setup: [Command]
    package let cleanup: [Command]
    package let setsUpEach: Bool
    package let standardInput: Template?
    package let okStatus: [Int]
    package let allowsShell: Bool
    package let parameters: [String: [String]]
    package let only: [String: [String]]
    package let repetitions: RepetitionPlan
    package let skipIterations: Int
    package let limits: Limits
    package let metrics: [String: MetricRule]
    /// Patterns of the metrics that are stored; nothing: all.
    package let keep: [String]?
    /// Patterns of the metrics that are judged; nothing: the usual ones with a direction.
    package let watch: [String]?
    package let tags: [String]
    package let description: String?
    package let owner: String?
    package let isEnabled: Bool
    package let resumesPartially: Bool
    package let series: Int
    package let renamedFrom: String?
    package let measure: MeasurePlan
    package let requires: Requirements
    package let policy: Policy

    /// The entry's effective keys, for canonical forms.
    let settings: SettingTable

    init(_ table: SettingTable) {
        settings = table
        name = table.need("name", \.text)
        prefix = table.need("prefix", \.text)
        command = table.need("command", \.command)
        format = table.need("format", \.text)
        rules = Self.rules(table)
        results = table.templates("results")
        directory = table.need("directory", \.template)
        variables = table.templates(byName: "environment")
        setup = table.commands("setup")
        cleanup = table.commands("cleanup")
        setsUpEach = table.isTrue("setup_each")
        standardInput = table["stdin"]?.template
        okStatus = (table["ok_status"]?.items ?? []).compactMap(\.integer)
        allowsShell = table.isTrue("shell")
        parameters = table.textLists(byName: "params")
        only = table.textLists(byName: "only")
        repetitions = RepetitionPlan(table)
        skipIterations = table.need("skip_iterations", \.integer)
        limits = Limits(table)
        var metrics: [String: MetricRule] = [:]
        for entry in table["metrics"]?.entries ?? [] {
            metrics[entry.key] = entry.value.section.map(MetricRule.init)
        }
        self.metrics = metrics
        keep = table["keep"]?.texts
        watch = table["watch"]?.texts
        tags = table.texts("tags")
        description = table.text("description")
        owner = table.text("owner")
        isEnabled = table.isTrue("enabled")
        resumesPartially = table.isTrue("partial_resume")
        series = table.need("series", \.integer)
        renamedFrom = table.text("renamed_from")
        measure = MeasurePlan(table.section("measure"))
        requires = Requirements(table.section("requires"))
        policy = Policy(table.section("policy"))
    }

    private static func rules(_ table: SettingTable) -> Rules? {
        guard let setting = table["rules"] else { return nil }
        guard let section = setting.section else { return setting.template.map(Rules.file) }
        return .inline(json: CanonicalJSON(Setting(.section(section))).bytes)
    }
}

extension BenchmarkEntry {
    /// Times after which something is ended.
    package struct Limits: Sendable, Equatable {
        /// One execution.
        package let timeout: Duration
        /// Without output; nothing: off.
        package let silence: Duration?
        /// Between TERM and KILL.
        package let grace: Duration
        /// The whole entry.
        package let budget: Duration

        init(_ table: SettingTable) {
            timeout = table.need("timeout", \.duration)
            silence = table.duration("silence")
            grace = table.need("grace", \.duration)
            budget = table.need("budget", \.duration)
        }
    }
}
