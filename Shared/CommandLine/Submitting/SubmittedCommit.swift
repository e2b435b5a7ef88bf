/// The commit that results belong to, with what the working copy knows of it.
///
/// The controller asks the repository first; a commit that only the runner has, such as the merge
/// of a pull request, takes its place from what is declared here.
struct SubmittedCommit: Sendable {
    let hash: String
    var parent: String?
    /// Microseconds since 1970 UTC.
    var time: Int64?

    static func found(
        _ name: String, _ client: APIClient, _ session: Session
    ) async throws -> SubmittedCommit {
        let hash = try await RevisionReference(name).text(client, session)
        guard [40, 64].contains(hash.utf8.count), hash.allSatisfy(\.isHexDigit) else {
            throw CommandFailure.usage(
                "`\(name)` can only be resolved in a working copy of the project",
                try: "--commit with the whole hash")
        }
        var found = SubmittedCommit(hash: hash)
        let copy = WorkingCopy(session.surroundings)
        guard await copy.commit(hash) == hash,
            let said = try? await copy.output(["show", "-s", "--format=%ct %P", hash, "--"])
        else { return found }
        let words = String(decoding: said, as: UTF8.self).split { " \n".contains($0) }
        found.time = words.first.flatMap { Int64($0) }.map { $0 * 1_000_000 }
        found.parent = words.dropFirst().first.map(String.init)
        return found
    }
}
