/// Defaults of an entry that depend on its other keys (project-file.md section 2.3).
struct EntryDefaults {
    private let table: SettingTable

    init(_ table: SettingTable) {
        self.table = table
    }

    /// The table with these defaults put in.
    var filled: SettingTable {
        var result = table
        put("prefix", .text("\(table.text("name") ?? "")/"), &result)
        put("warmup", .integer(isCommand ? 1 : 0), &result)
        result["repetitions"] = repetitions
        var measure = table.section("measure")
        put("simulated", .text(isCommand ? "fallback" : "off"), &measure)
        result["measure"] = Setting(
            .section(measure), place: table["measure"]?.place, path: measure.path)
        return result
    }

    private func put(_ name: String, _ value: Setting.Value, _ result: inout SettingTable) {
        if result[name] == nil { result[name] = Setting(value, path: result.path.key(name)) }
    }

    private var isCommand: Bool { (table.text("format") ?? "command") == "command" }

    /// Always a section: `n` stands for n to n.
    private var repetitions: Setting {
        let given = table["repetitions"]
        let path = table.path.key("repetitions")
        var section = given?.section ?? SettingTable(place: given?.place, path: path)
        let standard: (Int, Int) = watchesOnlySimulated ? (1, 1) : (isCommand ? (5, 50) : (3, 10))
        let least = given?.integer ?? standard.0
        put("min", .integer(least), &section)
        put("max", .integer(given?.integer ?? max(standard.1, 0)), &section)
        put("target", .text("auto"), &section)
        return Setting(.section(section), place: given?.place, path: path)
    }

    /// Simulated figures do not vary: one execution says everything.
    private var watchesOnlySimulated: Bool {
        let watched = table["watch"]?.texts ?? table["metrics"]?.entries.map(\.key) ?? []
        let simulated: Set<String> = ["instructions_simulated", "estimated_cycles"]
        if !watched.isEmpty { return watched.allSatisfy(simulated.contains) }
        return FormatNames.simulated.contains(table.text("format") ?? "")
    }
}
