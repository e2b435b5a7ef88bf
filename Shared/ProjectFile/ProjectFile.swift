// The project file `fleetmark.yaml`. Bytes enter; a validated value leaves, or a list of problems
// with their places. Nothing here opens a file, starts a process or knows a server.

/// What a benchmarked repository says about itself (project-file.md): how it is built, what is
/// measured, how, and what counts as worse. A value that exists is valid; defaults are put in.
package struct ProjectFile: Sendable {
    /// Where the file stands in a repository, in this order; both present is an error.
    package static let candidatePaths = ["fleetmark.yaml", ".fleetmark/fleetmark.yaml"]
    /// The one schema version that is read.
    package static let version = 1

    /// The project that the file is meant for; nothing: any.
    package let project: String?
    package let fetch: FetchPlan
    package let environment: EnvironmentPlan
    /// At least one; without a matrix one cell without values.
    package let cells: [MatrixCell]
    package let build: BuildPlan
    /// In the order of the file, names unique.
    package let benchmarks: [BenchmarkEntry]
    package let measure: MeasurePlan
    package let requires: Requirements
    package let policy: Policy
    package let interleave: InterleavePlan
    package let dependencies: DependencyPlan
    package let artifacts: [ArtifactRule]
    package let triggers: Triggers

    /// The effective keys, for canonical forms.
    let settings: SettingTable

    init(_ draft: ProjectDraft) {
        let table = draft.table
        settings = table
        project = table.text("project")
        fetch = FetchPlan(table.section("fetch"))
        environment = EnvironmentPlan(table.section("environment"))
        cells = draft.matrix.cells
        build = BuildPlan(table.section("build"))
        benchmarks = draft.entries.map { BenchmarkEntry($0.table) }
        measure = MeasurePlan(table.section("measure"))
        requires = Requirements(table.section("requires"))
        policy = Policy(table.section("policy"))
        interleave = InterleavePlan(table.section("interleave"))
        dependencies = DependencyPlan(table.section("dependencies"))
        artifacts = (table["artifacts"]?.items ?? []).compactMap(\.section)
            .map(ArtifactRule.init)
        triggers = Triggers(table.section("triggers"))
    }
}

/// What came of reading a file.
package struct ParsedProjectFile: Sendable {
    /// Nothing when a problem is an error.
    package let file: ProjectFile?
    /// Errors and warnings, by place.
    package let problems: [ProjectFileProblem]
    /// All problems as text for people, with the lines of the file.
    package let report: String
}

extension ProjectFile {
    /// Reads and judges a file; `fileName` is how messages call it.
    package static func parse(bytes: [UInt8], fileName: String) -> ParsedProjectFile {
        let (file, problems) = read(bytes)
        let report =
            problems.isEmpty
            ? "" : ProblemText(bytes: bytes, fileName: fileName).render(problems)
        return ParsedProjectFile(file: file, problems: problems, report: report)
    }

    private static func read(
        _ bytes: [UInt8]
    ) -> (file: ProjectFile?, problems: [ProjectFileProblem]) {
        do {
            var reader = try YAMLReader(bytes: bytes)
            guard let root = try reader.read() else {
                let empty = ProjectFileProblem(
                    .missingKey, path: "version", place: .start, message: "the file is empty")
                return (nil, [empty])
            }
            if let other = otherVersion(root) { return (nil, [other]) }
            return judge(root, reader.problems)
        } catch {
            return (nil, [error])
        }
    }

    private static func judge(
        _ root: YAMLNode, _ found: [ProjectFileProblem]
    ) -> (file: ProjectFile?, problems: [ProjectFileProblem]) {
        var walker = SchemaWalker(root: ProjectSchema.file)
        let draft = ProjectDraft(walker.walk(root))
        var problems = walker.problems
        for problem in found { problems.add(problem) }
        var checks = ProjectChecks(draft, problems)
        checks.run()
        let file = checks.problems.hasErrors ? nil : ProjectFile(draft)
        return (file, checks.problems.sorted)
    }

    /// A file of another version is not judged by this one's rules.
    private static func otherVersion(_ root: YAMLNode) -> ProjectFileProblem? {
        guard case .mapping(let entries) = root.content,
            let entry = entries.first(where: { $0.key == "version" }),
            case .scalar(let text, _) = entry.value.content, DecimalText.isDigits(text),
            text != "\(version)"
        else { return nil }
        return ProjectFileProblem(
            .unsupportedVersion, path: "version", place: entry.value.place,
            message: "version \(Quoted.clip(text)) of the file is not known; this is "
                + "version \(version)")
    }
}

extension ProjectFile {
    /// Warns when the fewest executions of an entry cannot fit into its budget, by what one
    /// execution took when it was last measured.
    package static func budgetWarning(
        for entry: BenchmarkEntry, lastDuration: Duration
    ) -> ProjectFileProblem? {
        let fewest = entry.repetitions.count.lowerBound
        // Counted down, since a product of two figures from outside may overflow.
        guard lastDuration > entry.limits.budget / fewest else { return nil }
        let settings = entry.settings
        return ProjectFileProblem(
            .budgetTooSmall, path: settings.path.key("budget").text,
            place: settings["budget"]?.place ?? settings.place ?? .start,
            message: "\(fewest) executions of \(Quoted.text(entry.name)) do not fit into its "
                + "budget: the last one took \(lastDuration)")
    }
}
