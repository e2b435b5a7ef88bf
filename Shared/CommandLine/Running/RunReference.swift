import FoundationEssentials

/// How a run is named on the command line: its id, the id's last digits (the first ones of a
/// UUIDv7 are time), the address of its page, or `@last`.
enum RunReference: Hashable, Sendable {
    case id(String)
    /// Lower case, at least 8 digits.
    case suffix(String)
    /// The newest of the project, or of a branch.
    case last(branch: String?)

    static let shortestSuffix = 8
    /// Runs that are looked through for a suffix or a branch.
    static let mostSearched = 2_000

    init(_ text: String) throws(CommandFailure) {
        if text == "@last" {
            self = .last(branch: nil)
            return
        }
        if text.hasPrefix("@last:"), text.utf8.count > 6 {
            self = .last(branch: String(text.dropFirst(6)))
            return
        }
        guard let found = Self.named(Self.lastPart(of: text).lowercased()) else {
            throw .usage(
                "`\(text)` names no run",
                try: "an id, its last 8 digits or more, a page's address, @last or @last:BRANCH")
        }
        self = found
    }

    /// What people read: the last 8 digits.
    static func short(_ id: String) -> String { String(id.suffix(shortestSuffix)) }

    private static func named(_ text: String) -> RunReference? {
        if isIdentifier(text) { return .id(text) }
        let isDigits = text.allSatisfy { $0.isASCII && $0.isHexDigit }
        return isDigits && (shortestSuffix...12).contains(text.utf8.count) ? .suffix(text) : nil
    }

    static func isIdentifier(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && parts.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
    }

    /// Of an address the last part of the path.
    private static func lastPart(of text: String) -> String {
        guard text.contains("://") else { return text }
        let path = text.prefix { $0 != "?" && $0 != "#" }
        return String(path.split(separator: "/").last ?? "")
    }

    /// The whole id.
    func resolve(_ client: APIClient, _ session: Session) async throws -> String {
        switch self {
        case .id(let id): return id
        case .suffix(let digits):
            let found = try await search(client, session) { $0.id.hasSuffix(digits) }
            guard let found else { throw Self.notFound("that ends in \(digits)") }
            return found.id
        case .last(let branch):
            let found = try await search(client, session) { run in
                branch == nil || BranchName.short(run.ref) == branch
            }
            guard let found else {
                throw Self.notFound(branch.map { "of branch \($0)" } ?? "yet")
            }
            return found.id
        }
    }

    private func search(
        _ client: APIClient, _ session: Session, _ fits: @Sendable (Run) -> Bool
    ) async throws -> Run? {
        let path = try session.projectPath("/runs")
        var cursor: String?
        var seen = 0
        repeat {
            var query = [QueryField("limit", "200")]
            if let cursor { query.append(QueryField("cursor", cursor)) }
            let page = try await client.get(path, query, as: ReplyPage<Run>.self).value
            if let found = page.items.first(where: fits) { return found }
            seen += page.items.count
            cursor = page.nextCursor
        } while cursor != nil && seen < Self.mostSearched
        return nil
    }

    private static func notFound(_ what: String) -> CommandFailure {
        CommandFailure(
            .failed, "not_found", "the project has no run \(what)",
            try: "fleetmark runs, or the whole id")
    }
}
