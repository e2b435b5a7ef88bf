/// A project's own policy, apart from its files: rules for benchmarks and metrics by their names.
///
/// Each rule has the keys of `policy` (project-file.md, section 2.4). Of several rules that fit,
/// a later one's key stands before an earlier one's; what the project file says stands before
/// both, being nearer to what is measured.
package struct PolicyDocument: Sendable {
    /// The longest text that is read.
    package static let limitBytes = 64 << 10

    /// How p-values of one comparison are corrected: `auto`, `bh`, `by`, `holm`, `bonferroni`.
    package let family: String
    package let rules: [Rule]

    package struct Rule: Sendable {
        /// Patterns with `*` and `?`.
        package let benchmark: String
        package let metric: String
        package let policy: Policy
        /// Where it stands, from 1.
        package let line: Int
    }

    package struct Parsed: Sendable {
        /// Nothing when a problem is an error.
        package let document: PolicyDocument?
        package let problems: [ProjectFileProblem]
        /// All problems as text for people, with the lines of the document.
        package let report: String
    }

    /// Reads and judges a document; `fileName` is how messages call it.
    package static func parse(bytes: [UInt8], fileName: String) -> Parsed {
        let (document, problems) = read(bytes)
        let report =
            problems.isEmpty
            ? "" : ProblemText(bytes: bytes, fileName: fileName).render(problems)
        return Parsed(document: document, problems: problems, report: report)
    }

    private static func read(
        _ bytes: [UInt8]
    ) -> (PolicyDocument?, [ProjectFileProblem]) {
        do {
            var reader = try YAMLReader(bytes: bytes)
            guard let root = try reader.read() else {
                let empty = ProjectFileProblem(
                    .missingKey, path: "rules", place: .start, message: "the document is empty")
                return (nil, [empty])
            }
            var walker = SchemaWalker(root: schema)
            let table = walker.walk(root)
            var problems = walker.problems
            for problem in reader.problems { problems.add(problem) }
            for rule in table["rules"]?.items.compactMap(\.section) ?? [] {
                var checks = PolicyChecks(rule, problems)
                checks.run()
                problems = checks.problems
            }
            let document = problems.hasErrors ? nil : PolicyDocument(table)
            return (document, problems.sorted)
        } catch {
            return (nil, [error])
        }
    }

    private init(_ table: SettingTable) {
        let filled = Self.schema.filled(table)
        family = filled.text("family") ?? "auto"
        rules = (filled["rules"]?.items ?? []).compactMap(\.section).map { rule in
            Rule(
                benchmark: rule.text("benchmark") ?? "*", metric: rule.text("metric") ?? "*",
                policy: Policy(ProjectSchema.policy.filled(rule)),
                line: rule.place?.line ?? 1)
        }
    }

    private static let schema = SettingSchema([
        SettingKey("schema", .word(["fleetmark.policy.v1"]), help: "may be left out"),
        SettingKey(
            "family", .word(["auto", "bh", "by", "holm", "bonferroni"]), .text("auto"),
            help: "correction for many comparisons"),
        SettingKey(
            "rules", .list(.section(rule), .init(count: 0...500)), isRequired: true,
            help: "a later one stands before an earlier one"),
    ])

    /// What a policy has beside its decision (gates, messages) belongs to the file.
    private static let rule = SettingSchema(
        [
            SettingKey("benchmark", .text, .text("*"), help: "pattern of names"),
            SettingKey("metric", .text, .text("*"), help: "pattern of names"),
        ] + ProjectSchema.policy.keys.filter { !elsewhere.contains($0.name) })

    private static let elsewhere: Set = ["gate", "confirm", "notify", "host_mismatch"]
}
