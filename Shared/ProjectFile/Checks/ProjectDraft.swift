/// A file whose keys are right one by one: entries merged with the file's levels, defaults put
/// in, the matrix expanded. What is wrong between keys is found on this.
struct ProjectDraft {
    struct Entry {
        let name: String
        let path: SettingPath
        let place: TextPlace
        /// As written.
        let written: SettingTable
        /// With the file's `measure`, `requires` and `policy`, and with defaults.
        let table: SettingTable
    }

    let written: SettingTable
    /// With defaults; without `benchmarks`.
    let table: SettingTable
    let matrix: MatrixExpansion
    private(set) var entries: [Entry] = []

    init(_ written: SettingTable) {
        self.written = written
        var table = written
        table["benchmarks"] = nil
        table["requires"] = Self.requirements(written["requires"], written.path)
        self.table = ProjectSchema.file.filled(table)
        matrix = Self.expand(table.section("matrix"))
        entries = Self.entryTables(written["benchmarks"]).map { entry($0) }
    }

    private func entry(_ written: SettingTable) -> Entry {
        var table = written
        table["requires"] = Self.requirements(written["requires"], written.path)
        for level in ["measure", "requires", "policy"] {
            let merged = table.section(level).merged(over: raw(level))
            table[level] = Setting(
                .section(merged), place: written[level]?.place, path: written.path.key(level))
        }
        table = Self.metricsMerged(table)
        table = EntryDefaults(table).filled
        let schema = SettingSchema(ProjectSchema.entryKeys(isNamed: true))
        return Entry(
            name: written.text("name") ?? "", path: written.path,
            place: written["name"]?.place ?? written.place ?? .start, written: written,
            table: schema.filled(table))
    }

    /// The file's level as written, so that its defaults do not hide an entry's.
    private func raw(_ level: String) -> SettingTable {
        level == "requires"
            ? Self.requirements(written["requires"], written.path)?.section ?? SettingTable()
            : written.section(level)
    }

    /// A list of capabilities stands for a section with only those.
    private static func requirements(_ setting: Setting?, _ path: SettingPath) -> Setting? {
        guard let setting, setting.section == nil else {
            return setting ?? Setting(.section(SettingTable(path: path.key("requires"))))
        }
        var table = SettingTable(place: setting.place, path: setting.path)
        table["capabilities"] = setting
        return Setting(.section(table), place: setting.place, path: setting.path)
    }

    /// Metrics become a mapping in which each has the entry's policy under its own.
    private static func metricsMerged(_ table: SettingTable) -> SettingTable {
        guard let metrics = table["metrics"] else { return table }
        var entries = metrics.entries
        if entries.isEmpty {
            entries = metrics.items.compactMap { item in
                let section = SettingTable(place: item.place, path: item.path)
                return item.text.map {
                    ($0, Setting(.section(section), place: item.place, path: item.path))
                }
            }
        }
        let merged = entries.map { entry in
            var own = entry.value.section ?? SettingTable()
            let policy = own.section("policy").merged(over: table.section("policy"))
            own["policy"] = Setting(.section(policy), path: own.path.key("policy"))
            let filled = Setting(
                .section(ProjectSchema.metric.filled(own)), place: entry.value.place,
                path: entry.value.path)
            return (key: entry.key, value: filled)
        }
        var result = table
        result["metrics"] = Setting(.map(merged), place: metrics.place, path: metrics.path)
        return result
    }

    /// Entries of a list, or of a mapping NAME → entry.
    private static func entryTables(_ setting: Setting?) -> [SettingTable] {
        guard let setting else { return [] }
        guard case .map(let named) = setting.value else {
            return setting.items.compactMap(\.section)
        }
        return named.compactMap { entry in
            guard var table = entry.value.section else { return nil }
            table["name"] = Setting(
                .text(entry.key), place: entry.value.place, path: table.path.key("name"))
            return table
        }
    }

    private static func expand(_ table: SettingTable) -> MatrixExpansion {
        func cells(_ name: String) -> [[String: String]] {
            (table[name]?.items ?? []).map { item in
                var cell: [String: String] = [:]
                for entry in item.entries { cell[entry.key] = entry.value.text }
                return cell
            }
        }
        return MatrixExpansion(
            axes: (table["axes"]?.entries ?? []).map { ($0.key, $0.value.texts) },
            include: cells("include"), exclude: cells("exclude"))
    }
}
