import ArgumentParser

/// Which series and which of their points a command is about.
struct SeriesFilter: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Series of this host, by name or id.", valueName: "host"))
    var host: String?
    @Option(help: ArgumentHelp("Points of this branch; * for all. Else the default branch."))
    var branch: String?
    @Option(
        help: ArgumentHelp(
            "The first commit or day, such as v1.2 or 2026-11-01.", valueName: "rev"))
    var from: String?
    @Option(help: ArgumentHelp("The last commit or day.", valueName: "rev")) var to: String?
    @Option(
        help: ArgumentHelp(
            "Series with this parameter; repeatable.", valueName: "k=v"))
    var param: [String] = []

    func validate() throws {
        guard param.allSatisfy({ $0.contains("=") && !$0.hasPrefix("=") }) else {
            throw ValidationError("--param is NAME=VALUE")
        }
    }

    var isEmpty: Bool {
        host == nil && branch == nil && from == nil && to == nil && param.isEmpty
    }

    /// For the list of series.
    func series(
        benchmark: String?, metric: String?, _ client: APIClient
    ) async throws -> [QueryField] {
        var fields: [QueryField] = []
        if let benchmark { fields.append(QueryField("benchmark", benchmark)) }
        if let metric { fields.append(QueryField("metric", metric)) }
        if let host {
            let found = try await HostReference(host).resolve(client)
            fields.append(QueryField("host_id", found.value.id))
        }
        for text in param {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields.append(QueryField("params.\(parts[0])", String(parts[1])))
        }
        return fields
    }

    /// For the points of each.
    func points(_ client: APIClient, _ session: Session) async throws -> [QueryField] {
        var fields = branch.map { [QueryField("branch", $0)] } ?? []
        for (name, value) in [("from", from), ("to", to)] {
            guard let value else { continue }
            let text =
                Self.isDay(value)
                ? value : try await RevisionReference(value).text(client, session)
            fields.append(QueryField(name, text))
        }
        return fields
    }

    /// A day or a time, and no name of a commit: `2026-11-01`.
    private static func isDay(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10 else { return false }
        return bytes[0..<4].allSatisfy { (0x30...0x39).contains($0) }
            && bytes[4] == UInt8(ascii: "-") && bytes[7] == UInt8(ascii: "-")
    }
}
