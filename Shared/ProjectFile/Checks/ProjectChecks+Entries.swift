extension ProjectChecks {
    mutating func checkFormat(_ entry: ProjectDraft.Entry) {
        let table = entry.table
        let format = table.text("format") ?? "command"
        guard FormatNames.all.contains(format) else {
            let nearest = FormatNames.suggestion(for: format).map(Suggestion.meant)
            add(
                .unknownFormat, at: table["format"], "is no known format: \(Quoted.text(format))",
                suggestion: nearest)
            return
        }
        switch format {
        case "auto":
            add(
                .autoFormat, at: table["format"],
                "is found out anew each time; name the format once it is known")
        case "command":
            add(.conflict, at: table["results"], "is not used by `format: command`")
            guard table["command"]?.command?.needsShell == true, !table.isTrue("shell") else {
                break
            }
            add(
                .shellNeeded, at: table["command"], "needs a shell, which would be measured too",
                suggestion: "set `shell: true`, or write a list of words")
        case "criterion-dir" where table["results"] == nil:
            problems.add(
                .missingKey, entry.path.key("results"), entry.place,
                "`\(entry.path.key("results").text)` is missing: the folder of criterion")
        default: break
        }
    }

    mutating func checkExecution(_ entry: ProjectDraft.Entry) {
        let table = entry.table
        checkOrder(table.section("repetitions"), "min", "max")
        if let status = table["ok_status"], status.items.isEmpty {
            add(.outOfRange, at: status, "is empty: no execution could succeed")
        }
        if combinations(of: entry) == nil {
            add(.outOfRange, at: table["params"], "has more than 256 combinations")
        }
        for axis in table["params"]?.entries ?? [] where hasRepeats(axis.value.texts) {
            add(.conflict, at: axis.value, "names a value twice")
        }
        for axis in table["params"]?.entries ?? [] where axis.key.hasPrefix(MatrixCell.prefix) {
            add(
                .conflict, at: axis.value, "has the name of an axis of the matrix",
                suggestion: "only the matrix's own params begin with `\(MatrixCell.prefix)`")
        }
        checkOnly(entry)
    }

    private mutating func checkOnly(_ entry: ProjectDraft.Entry) {
        let only = entry.table["only"]?.entries ?? []
        let axes = draft.matrix.axisNames
        for axis in only where !axes.contains(axis.key) {
            let nearest = Suggestion.nearest(to: axis.key, among: axes.sorted())
            add(
                .wrongValue, at: axis.value, "is no axis of the matrix",
                suggestion: nearest.map(Suggestion.meant))
        }
        guard only.allSatisfy({ axes.contains($0.key) }) else { return }
        for axis in only {
            let values = Set(draft.matrix.cells.compactMap { $0.values[axis.key] })
            for item in axis.value.items where !values.contains(item.text ?? "") {
                add(.neverMatches, at: item, "is in no cell of the matrix")
            }
        }
        let filter = entry.table.textLists(byName: "only")
        if !draft.matrix.cells.contains(where: { $0.fits(filter) }) {
            add(.neverMatches, at: entry.table["only"], "fits no cell: the entry never runs")
        }
    }

    /// What can never be had together, on any host.
    mutating func checkMeasure(_ entry: ProjectDraft.Entry) {
        let measure = entry.table.section("measure")
        if measure.text("smt") == "all", measure.text("tuning") == "strict" {
            add(
                .conflict, at: written(measure, "smt", "tuning"),
                "cannot be had: `tuning: strict` switches off the second thread of each core",
                suggestion: "use `smt: one`, or another `tuning`")
        }
        let required = entry.table.section("requires").texts("capabilities")
        if let asked = measure.text("isolation"), asked != "full",
            required.contains("isolation.full")
        {
            add(
                .conflict, at: written(measure, "isolation"),
                "asks for less than `requires`, which demands isolation.full")
        }
        if measure.text("isolation") == "none", measure.text("network") == "off" {
            add(
                .conflict, at: written(measure, "network"),
                "cannot be had with `isolation: none`, which gives the host's network",
                suggestion: "use `isolation: partial`, or `network: on`")
        }
    }

    /// The first of the keys that stands in the file.
    private func written(_ table: SettingTable, _ keys: String...) -> Setting? {
        keys.compactMap { table[$0] }.first { $0.place != nil }
    }

    mutating func checkMetrics(_ entry: ProjectDraft.Entry) {
        let table = entry.table
        let own = table["metrics"]?.entries ?? []
        for item in table["watch"]?.items ?? [] {
            let rule = own.first { $0.key == item.text }?.value.section
            if rule?.text("better") == "none" {
                add(
                    .watchWithoutBetter, at: item,
                    "is watched, but its `better` is `none`: it is never judged")
            }
        }
        guard table.text("format") == "command" else { return }
        let counters = table.section("measure").texts("counters").map(CounterNames.slug)
        let known = CounterNames.commandMetrics + counters
        for metric in own { checkMetric(metric.key, at: metric.value, known) }
        for list in ["keep", "watch"] {
            for item in table[list]?.items ?? [] { checkMetric(item.text ?? "", at: item, known) }
        }
    }

    private mutating func checkMetric(_ name: String, at setting: Setting, _ known: [String]) {
        if name.contains("*") || name.contains("?") {
            if !known.contains(where: { Wildcard.matches(name, $0) }) {
                add(.neverMatches, at: setting, "matches no metric of a command")
            }
            return
        }
        guard !known.contains(name) else { return }
        add(
            .unknownMetric, at: setting, "is no metric of a command: \(Quoted.text(name))",
            suggestion: Suggestion.nearest(to: name, among: known).map(Suggestion.meant))
    }
}
