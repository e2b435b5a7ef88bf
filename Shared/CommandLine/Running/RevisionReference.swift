/// How a commit is named on the command line: anything that git knows in the project's working
/// copy, else a branch, a tag or the first digits of a hash, which the controller resolves.
struct RevisionReference: Hashable, Sendable {
    let name: String

    init(_ name: String) {
        self.name = name
    }

    /// What to send: a whole hash where the working copy is one of the project, else the name.
    func text(_ client: APIClient, _ session: Session) async throws -> String {
        guard !Self.isWholeHash(name) else { return name.lowercased() }
        let copy = try await Self.workingCopy(client, session)
        if let hash = await copy?.commit(name) { return hash }
        try checkPlain(isInCopy: copy != nil)
        return name
    }

    /// The working copy, if it is one of the project's repository: another one's `HEAD` would
    /// name a commit that the project does not have.
    static func workingCopy(
        _ client: APIClient, _ session: Session
    ) async throws -> WorkingCopy? {
        let copy = WorkingCopy(session.surroundings)
        let own = await copy.addresses()
        guard !own.isEmpty else { return nil }
        let path = try session.projectPath("/repositories")
        let found = try await client.get(path, as: ReplyPage<Repository>.self).value.items
        let known = Set(found.compactMap(\.url).map(RepositoryAddress.normal))
        return known.isDisjoint(with: own.map(RepositoryAddress.normal)) ? nil : copy
    }

    /// An expression needs a working copy; the controller would refuse it in its own words.
    private func checkPlain(isInCopy: Bool) throws(CommandFailure) {
        guard let sign = name.first(where: { "~^:@{".contains($0) }) else { return }
        guard !isInCopy else {
            throw .usage("git knows no commit `\(name)` here", try: "git log --oneline")
        }
        throw .usage(
            "`\(name)` can only be resolved in a working copy of the project",
            try: "leave out `\(sign)…`, or run this in a clone of the project's repository")
    }

    private static func isWholeHash(_ text: String) -> Bool {
        [40, 64].contains(text.utf8.count) && text.allSatisfy { $0.isASCII && $0.isHexDigit }
    }
}

/// Addresses of one repository are written in several ways.
enum RepositoryAddress {
    /// `host/path` without user, scheme and `.git`; a local one is its path.
    static func normal(_ address: String) -> String {
        var text = address
        if text.hasPrefix("file://") {
            text = String(text.dropFirst(7))
        } else if let scheme = text.firstRange(of: "://") {
            text = withoutUser(text[scheme.upperBound...])
        } else if let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") {
            text = withoutUser(text[..<colon]) + "/" + text[text.index(after: colon)...]
        }
        while text.hasSuffix("/") { text.removeLast() }
        for ending in [".git", "/"] where text.hasSuffix(ending) {
            text = String(text.dropLast(ending.count))
        }
        return text
    }

    private static func withoutUser(_ text: Substring) -> String {
        let end = text.firstIndex(of: "/") ?? text.endIndex
        guard let sign = text[..<end].lastIndex(of: "@") else { return String(text) }
        return String(text[text.index(after: sign)...])
    }
}
