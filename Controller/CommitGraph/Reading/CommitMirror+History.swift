import FleetModel

extension CommitMirror {
    /// Throws `referenceUnknown` for the first commit that is not here.
    func require(_ commits: [CommitHash]) async throws(CommitGraphFailure) {
        let found = Set(try await self.commits(commits.map(\.text)))
        for commit in commits where !found.contains(commit) {
            throw .referenceUnknown(commit.text)
        }
    }

    /// A query that must end with status 0.
    func answer(
        _ operation: String, _ arguments: [String]
    ) async throws(CommitGraphFailure) -> GitCommand.Reply {
        let reply = try await query(operation, arguments)
        guard reply.succeeded else { throw failure(operation, reply) }
        return reply
    }

    func failure(_ operation: String, _ reply: GitCommand.Reply) -> CommitGraphFailure {
        .gitFailed(operation: operation, reason: FetchDiagnosis.summary(of: reply.message))
    }

    func isAncestor(
        _ first: CommitHash, of second: CommitHash
    ) async throws(CommitGraphFailure) -> Bool {
        let reply = try await query(
            "ancestry",
            ["merge-base", "--is-ancestor", "--end-of-options", first.text, second.text])
        guard reply.status <= 1 else { throw failure("ancestry", reply) }
        return reply.status == 0
    }

    func count(_ arguments: [String]) async throws(CommitGraphFailure) -> Int {
        let reply = try await answer("count", ["rev-list", "--count"] + arguments)
        guard let line = reply.lines.first, let count = Int(line) else {
            throw .gitFailed(operation: "count", reason: "git gave no number")
        }
        return count
    }

    /// How many commits only the one and only the other leads to.
    func difference(
        _ first: CommitHash, _ second: CommitHash
    ) async throws(CommitGraphFailure) -> (first: Int, second: Int) {
        let reply = try await answer(
            "difference",
            [
                "rev-list", "--count", "--left-right", "--end-of-options",
                "\(first.text)...\(second.text)", "--",
            ])
        let numbers = (reply.lines.first ?? "").split(separator: "\t").compactMap { Int($0) }
        guard numbers.count == 2 else {
            throw .gitFailed(operation: "difference", reason: "git gave no two numbers")
        }
        return (numbers[0], numbers[1])
    }

    /// Takes at most `batchLimit` commits; those that are not here are left out.
    func details(
        of commits: some Collection<CommitHash>
    ) async throws(CommitGraphFailure) -> [CommitHash: CommitDetails] {
        let reply = try await answer(
            "commit details",
            Self.lookUp + [
                "--no-commit-header", "--encoding=UTF-8", "--format=\(CommitDetails.format)",
                "--end-of-options",
            ] + commits.map(\.text) + ["--"])
        let fields = reply.output.split(separator: 0, omittingEmptySubsequences: false)
        var answer: [CommitHash: CommitDetails] = [:]
        var start = 0
        while start + CommitDetails.fieldCount <= fields.count {
            var record = fields[start..<start + CommitDetails.fieldCount]
            // A line end closes each record, before the first field of the next one.
            if record[start].first == UInt8(ascii: "\n") { record[start].removeFirst() }
            guard let details = CommitDetails(fields: record) else { break }
            answer[details.hash] = details
            start += CommitDetails.fieldCount
        }
        return answer
    }
}
