import ArgumentParser

/// What else change points may be found by; nothing of it is stored.
struct SeriesTrial: ParsableArguments, Sendable {
    enum Algorithm: String, ExpressibleByArgument, CaseIterable, Sendable {
        case fleet, otava
    }

    @Option(help: "With --change-points: what fleet or otava would find; stores nothing.")
    var algorithm: Algorithm?
    @Option(
        help: ArgumentHelp(
            "An option of the algorithm, such as window=30 or max_p=0.01; repeatable.",
            valueName: "k=v"))
    var option: [String] = []

    func validate() throws {
        for text in option where Self.pair(text) == nil {
            throw ValidationError("--option is NAME=NUMBER, as in --option max_p=0.01")
        }
    }

    var isAsked: Bool { algorithm != nil || !option.isEmpty }

    private static func pair(_ text: String) -> (name: String, value: JSONTree)? {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let number = Double(parts[1]), number.isFinite
        else { return nil }
        return (String(parts[0]), Int64(parts[1]).map { .integer($0) } ?? .number(number))
    }

    private var body: JSONTree {
        let options = Dictionary(
            option.compactMap(Self.pair).map { ($0.name, $0.value) },
            uniquingKeysWith: { _, last in last })
        return .members([
            "algorithm": algorithm.map { .string($0.rawValue) },
            "options": options.isEmpty ? nil : .object(options),
        ])
    }

    /// What would be found in the series, each with what it measures.
    func changePoints(
        of series: Series, _ tree: JSONTree, _ client: APIClient
    ) async throws -> (items: [ChangePoint], trees: [JSONTree]) {
        let reply = try await client.post(
            "/series/\(series.id)/analyse", body, as: TriedChanges.self)
        var known = tree.members.filter { Self.named.contains($0.key) }
        known["series_id"] = .string(series.id)
        let trees = reply.tree["change_points"]?.items ?? []
        return (
            reply.value.changePoints.map { $0.changePoint(of: series) },
            trees.map { .object($0.members.merging(known) { own, _ in own }) }
        )
    }

    private static let named = ["benchmark", "params", "metric", "unit", "host_class"]
}

private struct TriedChanges: Decodable, Sendable {
    struct Change: Decodable, Sendable {
        let kind: String
        let lastGood: String
        let firstBad: String
        let commitTimeUs: Int64?
        let levelBefore: Double?
        let levelAfter: Double?
        let shiftRel: Double?
        let ciRel: Interval?
        let p: Double?
        let direction: String?

        func changePoint(of series: Series) -> ChangePoint {
            ChangePoint(
                kind: kind, benchmark: series.benchmark, params: series.params,
                metric: series.metric, unit: series.unit, hostClass: series.hostClass,
                lastGood: lastGood, firstBad: firstBad, commitTimeUs: commitTimeUs,
                levelBefore: levelBefore, levelAfter: levelAfter, shiftRel: shiftRel, ciRel: ciRel,
                p: p, direction: direction, state: nil)
        }
    }

    let changePoints: [Change]
}
