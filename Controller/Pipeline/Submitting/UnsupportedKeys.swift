import ProjectFile

/// What a valid project file may ask for and this version cannot do. Such a file is refused: its
/// benchmarks are never measured in another way than it says.
enum UnsupportedKeys {
    /// For people; nil when all of the file can be done.
    static func refusal(of file: ProjectFile) -> String? {
        var keys: [String] = []
        if EffectiveSuite(file).builds.count > 1 { keys.append("`matrix` with several cells") }
        if !file.build.secrets.isEmpty { keys.append("`build.secrets`") }
        for entry in file.benchmarks where entry.isEnabled {
            keys += Self.keys(of: entry).map { "\($0) of `\(entry.name)`" }
        }
        guard !keys.isEmpty else { return nil }
        return "This version does not do what the project file asks: "
            + keys.prefix(5).joined(separator: ", ") + "."
    }

    private static func keys(of entry: BenchmarkEntry) -> [String] {
        let requires = entry.requires
        let isPicky =
            !requires.labels.isEmpty || !requires.capabilities.isEmpty
            || !requires.architectures.isEmpty || requires.cpus != nil
            || requires.memoryBytes != nil
        let asked = [
            ("`requires`", isPicky), ("`stdin`", entry.standardInput != nil),
            ("several `results`", entry.results.count > 1), ("`setup_each`", entry.setsUpEach),
        ]
        return asked.filter(\.1).map(\.0)
    }
}
