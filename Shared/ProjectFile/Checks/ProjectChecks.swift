/// Finds what is wrong between keys: names, formats, placeholders, ranges, the matrix.
struct ProjectChecks {
    /// Entries × cells × params of a whole file.
    static let mostExecutions = 10_000
    /// Patterns of a whole file: a few bytes of one may take milliseconds to compile.
    static let mostExpressions = 200

    let draft: ProjectDraft
    var problems: ProblemList
    /// Patterns that were compiled.
    var expressionCount = 0

    init(_ draft: ProjectDraft, _ problems: ProblemList) {
        self.draft = draft
        self.problems = problems
    }

    mutating func run() {
        checkMatrix()
        checkFile()
        checkNames()
        for entry in draft.entries {
            checkFormat(entry)
            checkRules(entry)
            checkExecution(entry)
            checkMeasure(entry)
            checkMetrics(entry)
            checkEntryPlaceholders(entry)
        }
        checkExecutionCount()
        checkFilePlaceholders()
        warnOfUnusedAxes()
    }

    mutating func add(
        _ code: ProjectFileProblem.Code, at setting: Setting?, _ message: String,
        suggestion: String? = nil
    ) {
        guard let setting, let place = setting.place else { return }
        problems.add(
            code, setting.path, place, "`\(setting.path.text)` \(message)",
            suggestion: suggestion)
    }

    private mutating func checkMatrix() {
        let table = draft.written.section("matrix")
        let matrix = draft.matrix
        if matrix.isTooLarge {
            add(
                .outOfRange, at: draft.written["matrix"],
                "has more than \(MatrixExpansion.mostCells) cells")
        } else if matrix.cells.isEmpty {
            add(.emptyMatrix, at: draft.written["matrix"], "leaves no cell")
        }
        for axis in table["axes"]?.entries ?? [] where hasRepeats(axis.value.texts) {
            add(.conflict, at: axis.value, "names a value twice")
        }
        let exclusions = table["exclude"]?.items ?? []
        guard !matrix.isTooLarge else { return }
        for index in matrix.idleExclusions where exclusions.indices.contains(index) {
            add(.neverMatches, at: exclusions[index], "matches no cell")
        }
    }

    private mutating func checkFile() {
        let pairs = draft.table.section("interleave").section("pairs")
        checkOrder(pairs, "min", "max")
        checkPolicy(draft.written.section("policy"))
        for entry in draft.entries {
            checkPolicy(entry.written.section("policy"))
            for metric in entry.written["metrics"]?.entries ?? [] {
                checkPolicy(metric.value.section?.section("policy") ?? SettingTable())
            }
        }
    }

    private mutating func checkPolicy(_ policy: SettingTable) {
        var checks = PolicyChecks(policy, problems)
        checks.run()
        problems = checks.problems
        let known = Set(draft.entries.flatMap { $0.table.texts("tags") })
        for tag in policy.section("gate")["tags"]?.items ?? [] {
            guard let text = tag.text, !known.contains(text) else { continue }
            add(.neverMatches, at: tag, "names a tag that no entry has")
        }
    }

    /// `lower` may not be above `upper`; the problem is put where something is written.
    mutating func checkOrder(_ table: SettingTable, _ lower: String, _ upper: String) {
        guard let least = table.integer(lower), let most = table.integer(upper), least > most
        else { return }
        let written = table[lower]?.place == nil ? table[upper] : table[lower]
        add(
            .outOfRange, at: written,
            "leaves no room: `\(lower)` is \(least) and `\(upper)` is \(most)")
    }

    private mutating func checkNames() {
        var first: [String: TextPlace] = [:]
        for entry in draft.entries where !entry.name.isEmpty {
            if let earlier = first[entry.name] {
                add(
                    .nameTaken, at: entry.table["name"],
                    "is taken: \(Quoted.text(entry.name)) stands on line \(earlier.line)")
            } else {
                first[entry.name] = entry.place
            }
        }
        for entry in draft.entries {
            guard let old = entry.table.text("renamed_from"), first[old] != nil else { continue }
            add(
                .conflict, at: entry.table["renamed_from"],
                "names an entry that is still in the file: \(Quoted.text(old))")
        }
    }

    func hasRepeats(_ values: [String]) -> Bool { Set(values).count < values.count }

    private mutating func checkExecutionCount() {
        var count = 0
        for entry in draft.entries {
            let combinations = combinations(of: entry) ?? 0
            // At most 256 cells and 256 combinations for each of 500 entries.
            count += min(combinations, 256) * max(1, draft.matrix.cells.count)
        }
        guard count > Self.mostExecutions else { return }
        add(
            .outOfRange, at: draft.written["benchmarks"],
            "makes \(count) executions with the matrix; \(Self.mostExecutions) are allowed")
    }

    /// Combinations of the entry's params; nothing when they are too many.
    func combinations(of entry: ProjectDraft.Entry) -> Int? {
        var product = 1
        for axis in entry.table["params"]?.entries ?? [] {
            product *= max(1, axis.value.items.count)
            if product > 256 { return nil }
        }
        return product
    }
}
