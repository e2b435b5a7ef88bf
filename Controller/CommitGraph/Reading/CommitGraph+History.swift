package import FleetModel

extension CommitGraph {
    /// How a range is walked.
    package struct RangeOptions: Sendable {
        /// Follows only the first parent of each merge.
        package let firstParent: Bool
        /// 1 to 1,000 in the API; more commits than this are an error.
        package let limit: Int

        package init(firstParent: Bool = false, limit: Int = 100) {
            self.firstParent = firstParent
            self.limit = limit
        }
    }

    /// The commits reachable from `end` but not from `start`, parents before children.
    ///
    /// - Throws: `notAncestor` unless `start` is reachable from `end`; `rangeEmpty`;
    ///   `rangeTooLong` with the true count.
    package func range(
        from start: CommitHash, to end: CommitHash, options: RangeOptions = RangeOptions(),
        in repository: RepositorySource
    ) async throws(CommitGraphFailure) -> [CommitHash] {
        let mirror = try await openMirror(of: repository)
        try await mirror.require([start, end])
        guard try await mirror.isAncestor(start, of: end) else {
            throw .notAncestor(start, of: end)
        }
        let walk = ["--topo-order"] + (options.firstParent ? ["--first-parent"] : [])
        let revisions = ["--end-of-options", "\(start.text)..\(end.text)", "--"]
        let count = try await mirror.count(walk + revisions)
        guard count > 0 else { throw .rangeEmpty }
        guard count <= options.limit else {
            throw .rangeTooLong(count: count, limit: options.limit)
        }
        let reply = try await mirror.answer("range", ["rev-list", "--reverse"] + walk + revisions)
        return reply.lines.compactMap { CommitHash(String($0)) }
    }

    /// The commit and those reachable from it, children before parents and otherwise newest first.
    ///
    /// Answers at most `limit` commits after the first `skipping` ones; an empty answer is the
    /// end of the history.
    package func history(
        of commit: CommitHash, limit: Int, skipping: Int = 0, in repository: RepositorySource
    ) async throws(CommitGraphFailure) -> [CommitHash] {
        let mirror = try await openMirror(of: repository)
        try await mirror.require([commit])
        let reply = try await mirror.answer(
            "history",
            [
                "rev-list", "--date-order", "--max-count=\(max(0, limit))",
                "--skip=\(max(0, skipping))", "--end-of-options", commit.text, "--",
            ])
        return reply.lines.compactMap { CommitHash(String($0)) }
    }

    /// The best common ancestor, the first one git names where several are equally good; nil for
    /// unrelated histories.
    package func mergeBase(
        _ first: CommitHash, _ second: CommitHash, in repository: RepositorySource
    ) async throws(CommitGraphFailure) -> CommitHash? {
        let mirror = try await openMirror(of: repository)
        try await mirror.require([first, second])
        let reply = try await mirror.query(
            "merge base", ["merge-base", "--end-of-options", first.text, second.text])
        guard reply.status <= 1 else { throw mirror.failure("merge base", reply) }
        return reply.lines.first.flatMap { CommitHash(String($0)) }
    }

    /// How many commits a branch has beside those that lead to the commit, as of the last fetch;
    /// nil where the mirror does not know both. Asks no remote.
    package func countKnown(
        after commit: CommitHash, onBranch branch: String, in repository: RepositorySource
    ) async throws(CommitGraphFailure) -> Int? {
        guard let mirror = knownMirror(of: repository), try await mirror.has(commit),
            let tip = try await mirror.commit(named: "refs/heads/\(branch)")
        else { return nil }
        return try await mirror.count(["--end-of-options", "\(commit.text)..\(tip.text)", "--"])
    }

    /// Where the commit's line left a branch: their best common ancestor, which is the commit
    /// itself where the branch leads to it. Nil for unrelated histories and unknown branches.
    package func forkPoint(
        of commit: CommitHash, fromBranch branch: String, in repository: RepositorySource
    ) async throws(CommitGraphFailure) -> CommitHash? {
        let mirror = try await openMirror(of: repository)
        guard let tip = try await mirror.commit(named: "refs/heads/\(branch)") else { return nil }
        return try await mergeBase(commit, tip, in: repository)
    }

    /// Whether `first` is reachable from `second`; a commit is reachable from itself.
    package func isAncestor(
        _ first: CommitHash, of second: CommitHash, in repository: RepositorySource
    ) async throws(CommitGraphFailure) -> Bool {
        let mirror = try await openMirror(of: repository)
        try await mirror.require([first, second])
        return try await mirror.isAncestor(first, of: second)
    }

    /// The number of commits reachable from this one, itself included: rises along every line of
    /// descent, so it orders the points of a series.
    package func position(
        of commit: CommitHash, in repository: RepositorySource
    ) async throws(CommitGraphFailure) -> Int {
        let mirror = try await openMirror(of: repository)
        try await mirror.require([commit])
        return try await mirror.count(["--end-of-options", commit.text, "--"])
    }

    /// As `position` has it for each, counted from one commit to the next, so that only what lies
    /// between them is walked. `anchor` is a commit whose position is known.
    package func positions(
        of commits: [CommitHash], from anchor: (commit: CommitHash, position: Int)?,
        in repository: RepositorySource
    ) async throws(CommitGraphFailure) -> [CommitHash: Int] {
        let mirror = try await openMirror(of: repository)
        try await mirror.require(commits)
        var last = anchor
        if let anchor, !(try await mirror.has(anchor.commit)) { last = nil }
        var positions: [CommitHash: Int] = [:]
        for commit in commits where positions[commit] == nil {
            var position: Int
            if let last {
                let (left, right) = try await mirror.difference(last.commit, commit)
                position = last.position - left + right
            } else {
                position = try await mirror.count(["--end-of-options", commit.text, "--"])
            }
            positions[commit] = position
            last = (commit, position)
        }
        return positions
    }

    /// Those of the commits that the branch leads to; nil where there is no such branch.
    package func reachable(
        _ commits: [CommitHash], fromBranch branch: String, in repository: RepositorySource
    ) async throws(CommitGraphFailure) -> Set<CommitHash>? {
        let mirror = try await openMirror(of: repository)
        try await mirror.require(commits)
        guard let tip = try await mirror.commit(named: "refs/heads/\(branch)") else { return nil }
        var found = Set(commits)
        var rest = Array(Set(commits)).sorted()[...]
        while !rest.isEmpty {
            let batch = rest.prefix(CommitMirror.batchLimit)
            let reply = try await mirror.answer(
                "reachable commits",
                ["rev-list", "--end-of-options"] + batch.map(\.text) + ["^\(tip.text)", "--"])
            found.subtract(reply.lines.compactMap { CommitHash(String($0)) })
            rest = rest.dropFirst(batch.count)
        }
        return found
    }

    /// - Returns: in the order asked.
    /// - Throws: `referenceUnknown` for the first commit that the mirror does not have.
    package func details(
        of commits: [CommitHash], in repository: RepositorySource
    ) async throws(CommitGraphFailure) -> [CommitDetails] {
        let mirror = try await openMirror(of: repository)
        var rest = Set(commits).sorted()[...]
        var known: [CommitHash: CommitDetails] = [:]
        while !rest.isEmpty {
            let batch = rest.prefix(CommitMirror.batchLimit)
            known.merge(try await mirror.details(of: batch)) { _, new in new }
            rest = rest.dropFirst(batch.count)
        }
        var answer: [CommitDetails] = []
        for commit in commits {
            guard let details = known[commit] else { throw .referenceUnknown(commit.text) }
            answer.append(details)
        }
        return answer
    }
}
