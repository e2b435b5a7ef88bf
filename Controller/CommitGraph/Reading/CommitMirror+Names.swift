import FleetModel

extension CommitMirror {
    private static let candidateLimit = 10
    /// Hashes on one command line, far below what execve(2) takes.
    static let batchLimit = 500

    func has(_ commit: CommitHash) async throws(CommitGraphFailure) -> Bool {
        try await commits([commit.text]) == [commit]
    }

    /// The commits that full hashes of commits and tags stand for, in order; those that stand for
    /// none are left out. Never asks the remote for what is missing.
    ///
    /// More than `batchLimit` objects are not looked at.
    func commits(_ objects: [String]) async throws(CommitGraphFailure) -> [CommitHash] {
        guard !objects.isEmpty else { return [] }
        let reply = try await query(
            "look up commits",
            Self.lookUp + ["--end-of-options"] + objects.prefix(Self.batchLimit) + ["--"])
        guard reply.succeeded else { return [] }
        return reply.lines.compactMap { CommitHash(String($0)) }
    }

    /// `--missing=allow-any` keeps a partial clone from fetching what it lacks.
    static let lookUp = [
        "rev-list", "--missing=allow-any", "--ignore-missing", "--no-walk=unsorted",
    ]

    func commit(named name: String) async throws(CommitGraphFailure) -> CommitHash? {
        var names = ["refs/heads/\(name)", "refs/tags/\(name)"]
        if name == "HEAD" { names = ["HEAD"] }
        if name.hasPrefix("refs/heads/") || name.hasPrefix("refs/tags/") {
            names.insert(name, at: 0)
        }
        for name in names {
            let reply = try await query(
                "look up a name",
                ["rev-parse", "--quiet", "--verify", "--end-of-options", "\(name)^{commit}"])
            if reply.succeeded, let line = reply.lines.first,
                let hash = CommitHash(String(line))
            {
                return hash
            }
        }
        return nil
    }

    func commit(beginning prefix: String) async throws(CommitGraphFailure) -> CommitHash {
        let reply = try await query("look up a prefix", ["rev-parse", "--disambiguate=\(prefix)"])
        let found = try await commits(reply.lines.map(String.init))
        let candidates = Set(found.filter { $0.text.hasPrefix(prefix) }).sorted()
        guard let first = candidates.first else { throw .referenceUnknown(prefix) }
        guard candidates.count == 1 else {
            throw .prefixAmbiguous(
                prefix, candidates: Array(candidates.prefix(Self.candidateLimit)))
        }
        return first
    }

    func references() async throws(CommitGraphFailure) -> [RepositoryReference] {
        let format = "%(objecttype) %(objectname) %(*objecttype) %(*objectname) %(refname)"
        let reply = try await query(
            "list references",
            ["for-each-ref", "--format=\(format)", "--", "refs/heads", "refs/tags"])
        guard reply.succeeded else {
            throw .gitFailed(
                operation: "list references",
                reason: FetchDiagnosis.summary(of: reply.message))
        }
        var found: [RepositoryReference] = []
        for line in reply.lines {
            if let reference = Self.reference(line) {
                found.append(reference)
            } else if let reference = try await referenceBehindTags(line) {
                found.append(reference)
            }
        }
        return found
    }

    /// git before 2.45 shows only the next object behind a tag; for a tag of a tag, ask further.
    private func referenceBehindTags(
        _ line: Substring
    ) async throws(CommitGraphFailure) -> RepositoryReference? {
        let fields = line.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
        guard fields.count == 5, fields[2] == "tag",
            let commit = try await commit(named: String(fields[4]))
        else { return nil }
        let name = String(fields[4].dropFirst("refs/tags/".count))
        return RepositoryReference(kind: .tag, name: name, commit: commit)
    }

    /// `commit HASH   NAME` or `tag HASH commit HASH NAME`; anything else stands for no commit.
    private static func reference(_ line: Substring) -> RepositoryReference? {
        let fields = line.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
        guard fields.count == 5 else { return nil }
        let hash = fields[0] == "commit" ? fields[1] : fields[2] == "commit" ? fields[3] : ""
        guard let commit = CommitHash(String(hash)) else { return nil }
        for (prefix, kind) in [
            ("refs/heads/", RepositoryReference.Kind.branch), ("refs/tags/", .tag),
        ] where fields[4].hasPrefix(prefix) {
            let name = String(fields[4].dropFirst(prefix.count))
            return RepositoryReference(kind: kind, name: name, commit: commit)
        }
        return nil
    }
}
