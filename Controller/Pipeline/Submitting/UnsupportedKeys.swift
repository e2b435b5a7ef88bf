import ProjectFile

/// What a valid project file may ask for and this version cannot do. Such a file is refused: its
/// benchmarks are never measured in another way than it says.
enum UnsupportedKeys {
    /// For people; nil when all of the file can be done.
    static func refusal(of file: ProjectFile) -> String? {
        let entries = file.benchmarks.filter(\.isEnabled)
        var keys = Self.keys(of: file, entries)
        for entry in entries {
            keys += (Self.keys(of: entry) + Self.keys(of: entry.measure)).map {
                "\($0) of `\(entry.name)`"
            }
        }
        guard !keys.isEmpty else { return nil }
        return "This version does not do what the project file asks: "
            + keys.prefix(5).joined(separator: ", ") + "."
    }

    private static func keys(of file: ProjectFile, _ entries: [BenchmarkEntry]) -> [String] {
        let plans = entries.map(\.measure)
        let differs = { (values: [String]) in Set(values).count > 1 }
        let isTop = file.fetch.submodules == .top
        let asked = [
            ("`matrix` with several cells", EffectiveSuite(file).builds.count > 1),
            ("`build.secrets`", !file.build.secrets.isEmpty),
            ("`fetch.lfs`", file.fetch.largeFiles != .off), ("`submodules: top`", isTop),
            ("several `measure.cpus`", differs(plans.map { "\($0.cpus ?? 0)" })),
            ("several `measure.network`", differs(plans.map(\.network.rawValue))),
            ("several `measure.aslr`", differs(plans.map(\.layout.rawValue))),
        ]
        return asked.filter(\.1).map(\.0)
    }

    private static func keys(of entry: BenchmarkEntry) -> [String] {
        let requires = entry.requires
        let isPicky =
            !requires.labels.isEmpty || !requires.capabilities.isEmpty
            || !requires.architectures.isEmpty || requires.cpus != nil
            || requires.memoryBytes != nil
        let isTimed = if case .time = entry.repetitions.warmup { true } else { false }
        let asked = [
            ("`requires`", isPicky), ("`stdin`", entry.standardInput != nil),
            ("several `results`", entry.results.count > 1), ("`setup_each`", entry.setsUpEach),
            ("a `warmup` of a duration", isTimed),
        ]
        return asked.filter(\.1).map(\.0)
    }

    private static func keys(of plan: MeasurePlan) -> [String] {
        let isTuned = plan.tuning == .strict || plan.tuning == .fixedFrequency
        let asked = [
            ("`cpus: all`", plan.cpus == nil), ("`memory`", plan.memoryBytes != nil),
            ("`smt: all`", plan.threads == .all), ("`numa: spread`", plan.nodes == .spread),
            ("`tuning: \(plan.tuning.rawValue)`", isTuned),
            ("`page_cache: cold`", plan.pageCache == .cold),
            ("`deterministic: false`", !plan.isDeterministic),
        ]
        return asked.filter(\.1).map(\.0)
    }
}
