import ArgumentParser
import FleetModel

/// Which commits `trigger` measures.
struct RevisionOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("One commit; without this and --range: HEAD.", valueName: "rev"))
    var commit: String?

    @Option(help: ArgumentHelp("Commits reachable from B and not from A.", valueName: "A..B"))
    var range: String?

    @Option(help: ArgumentHelp("With --range: each N-th commit, and always B.", valueName: "N"))
    var every: Int = 1

    @Flag(help: "With --range: only first parents.") var firstParent = false

    @Option(
        help: ArgumentHelp(
            """
            What to compare with: a revision, parent, merge-base, pinned or none; else what the \
            project's policy says, or the parent.
            """, valueName: "rev"))
    var against: String?

    func validate() throws {
        guard commit == nil || range == nil else {
            throw ValidationError("--commit and --range cannot be together")
        }
        guard every >= 1 else { throw ValidationError("--every is at least 1") }
        if let range, Self.ends(of: range) == nil {
            throw ValidationError("a range is written A..B, not `\(range)`")
        }
    }

    /// Commits that a range may have: enough for 100 runs, within the controller's own limit.
    private static func limit(_ every: Int) -> Int64 { Int64(min(10, every)) * 100 }

    private static func ends(of range: String) -> (from: String, to: String)? {
        guard let dots = range.firstRange(of: ".."), !range.contains("...") else { return nil }
        let from = String(range[..<dots.lowerBound])
        let to = String(range[dots.upperBound...])
        return from.isEmpty ? nil : (from, to.isEmpty ? "HEAD" : to)
    }

    func members(_ client: APIClient, _ session: Session) async throws -> [String: JSONTree] {
        var members = try await commits(client, session)
        switch against {
        case nil: break
        case "parent"?, "none"?: members["base"] = against.map { .string($0) }
        case "merge-base"?: members["base"] = "merge_base"
        case "pinned"?: members["base"] = "baseline"
        case let against?:
            members["base"] = .string(
                try await RevisionReference(against).text(client, session))
        }
        return members
    }

    private func commits(
        _ client: APIClient, _ session: Session
    ) async throws -> [String: JSONTree] {
        guard let range, let ends = Self.ends(of: range) else {
            let text = try await RevisionReference(commit ?? "HEAD").text(client, session)
            return ["commit": .string(text)]
        }
        let from = try await RevisionReference(ends.from).text(client, session)
        let to = try await RevisionReference(ends.to).text(client, session)
        return [
            "range": .object([
                "from": .string(from), "to": .string(to), "step": .integer(Int64(every)),
                "limit": .integer(Self.limit(every)), "first_parent": .bool(firstParent),
            ])
        ]
    }
}

/// How `trigger` and `try` measure.
struct MeasuringOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Only benchmarks of this pattern; repeatable.", valueName: "glob"))
    var benchmark: [String] = []

    @Option(help: "Only benchmarks with this tag; repeatable.") var tag: [String] = []
    @Option(help: ArgumentHelp("Only matrix cells with this value; repeatable.", valueName: "K=V"))
    var matrix: [AxisArgument] = []

    @Option(help: ArgumentHelp("Hosts whose results may be compared.", valueName: "class"))
    var hostClass: String?
    @Option(help: "One host, by name or id.") var host: String?
    @Option(help: ArgumentHelp("How often to repeat: N or MIN..MAX.", valueName: "count"))
    var repetitions: RepetitionsArgument?

    @Flag(
        help: """
            After measuring, profile each benchmark of base and candidate; fleetmark artifacts \
            fetches the files.
            """)
    var profile = false

    @Option(help: "urgent, interactive, main, nightly or backfill.") var priority: String?
    @Flag(help: "Measure again what was measured before.") var fresh = false
    @Flag(help: "Build anew, although a host keeps a build that fits; measures again, too.")
    var freshBuild = false
    @Option(help: ArgumentHelp("Shown with the runs.", valueName: "text")) var note: String?
    @Option(help: ArgumentHelp("Idempotency key: makes the call safe to repeat.", valueName: "key"))
    var key: String?

    func add(
        to members: inout [String: JSONTree], _ client: APIClient, _ session: Session
    ) async throws {
        if !benchmark.isEmpty { members["benchmarks"] = .array(benchmark.map { .string($0) }) }
        if !tag.isEmpty { members["tags"] = .array(tag.map { .string($0) }) }
        if !matrix.isEmpty {
            members["matrix"] = .object(
                Dictionary(
                    matrix.map { ($0.pair.name, .string($0.pair.value)) }, uniquingKeysWith: { $1 })
            )
        }
        if let hostClass { members["host_class"] = .string(hostClass) }
        if let host {
            members["host"] = .string(try await HostReference(host).resolve(client).value.id)
        }
        if let repetitions { members["repetitions"] = repetitions.tree }
        if profile { members["profile"] = "auto" }
        if let priority { members["priority"] = .string(priority) }
        if fresh { members["force"] = true }
        if freshBuild { members["fresh_build"] = true }
        if let note { members["reason"] = .string(note) }
    }
}

/// How `trigger` and `try` wait.
struct WaitingOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Longest wait, such as 2h.", valueName: "duration"))
    var waitTimeout: DurationArgument?

    @Flag(help: "While waiting: an interrupt cancels the runs.") var cancelOnInterrupt = false

    @Option(
        help: ArgumentHelp(
            "What ends with a status other than 0: regressed, warn, partial, unclear; or never.",
            valueName: "list"))
    var failOn = FailOn.usual
}

/// `AXIS=VALUE`.
struct AxisArgument: ExpressibleByArgument, Sendable, Hashable {
    let pair: Parameters.Pair

    init?(argument: String) {
        guard let pair = Parameters.Pair(argument) else { return nil }
        self.pair = pair
    }

    var text: String { "\(pair.name)=\(pair.value)" }
}

/// `N` or `MIN..MAX`.
struct RepetitionsArgument: ExpressibleByArgument, Sendable, Hashable {
    let minimum: Int
    let maximum: Int

    init?(argument: String) {
        if let count = Int(argument) {
            minimum = count
            maximum = count
        } else {
            guard let dots = argument.firstRange(of: ".."),
                let low = Int(argument[..<dots.lowerBound]),
                let high = Int(argument[dots.upperBound...])
            else { return nil }
            minimum = low
            maximum = high
        }
        guard minimum >= 1, minimum <= maximum, maximum <= 10_000 else { return nil }
    }

    /// Exactly so many, or a range within which the agent stops when it is precise enough.
    var tree: JSONTree {
        guard minimum != maximum else { return .integer(Int64(minimum)) }
        return .object(["min": .integer(Int64(minimum)), "max": .integer(Int64(maximum))])
    }
}

extension FailOn: CustomStringConvertible {
    var description: String {
        guard !findings.isEmpty else { return "never" }
        return Finding.allCases.filter(findings.contains).map(\.rawValue).joined(separator: ",")
    }
}
