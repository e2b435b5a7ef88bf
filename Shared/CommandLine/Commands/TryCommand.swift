import ArgumentParser

/// `try`: measures what is not committed yet.
struct TryCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract: "Measures a change that is not committed against what it is based on.",
        discussion: """
            Sends the difference between the working copy and its base as a patch, and measures \
            base and patched base interleaved on one host. The result is part of no series.

            EXAMPLES
              fleetmark try
              fleetmark try 'parse*' --staged --repetitions 20
              fleetmark try --base v1.4 --untracked --fail-on never
              git diff origin/main | fleetmark try --base origin/main --diff -
            """)

    @Argument(help: ArgumentHelp("Only benchmarks of these patterns.", valueName: "benchmark"))
    var benchmarks: [String] = []

    @Option(
        help: ArgumentHelp(
            "What the change is based on. (default: where it left the default branch)",
            valueName: "rev"))
    var base: String?
    @Flag(help: "Only what is in git's index.") var staged = false
    @Flag(help: "Also files that git does not know and does not ignore.") var untracked = false
    @Option(
        help: ArgumentHelp("A patch instead of the working copy's; - reads it.", valueName: "file"))
    var diff: String?

    @OptionGroup var how: MeasuringOptions
    @Flag(help: "Do not wait for the end.") var noWait = false
    @OptionGroup var waiting: WaitingOptions
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func validate() throws {
        guard [staged, untracked, diff != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("--staged, --untracked and --diff exclude each other")
        }
    }

    func run(in session: Session) async throws -> CommandStatus {
        try await session.connected { client in
            let change = try await change(client, session)
            guard !change.files.isEmpty else {
                throw CommandFailure.usage(
                    "nothing differs from \(Readable.commit(change.base))",
                    try: staged ? "git add what is to be measured" : "name another --base")
            }
            tell(change, session)
            var members: [String: JSONTree] = [
                "commit": .string(change.base), "patch": .string(change.patch),
            ]
            try await how.add(to: &members, client, session)
            if !benchmarks.isEmpty {
                members["benchmarks"] = .array((benchmarks + how.benchmark).map { .string($0) })
            }
            let call = TriggerCall(
                name: "try", client: client, session: session, waiting: noWait ? nil : waiting,
                isCompared: true)
            return try await call.send(.object(members), key: how.key)
        }
    }

    private func change(
        _ client: APIClient, _ session: Session
    ) async throws -> LocalChange {
        let copy = try await RevisionReference.workingCopy(client, session)
        if let diff {
            guard let base else {
                throw CommandFailure.usage("--diff needs --base, the commit that it is made for")
            }
            let commit = try await RevisionReference(base).text(client, session)
            return try LocalChange.read(file: diff == "-" ? "/dev/stdin" : diff, on: commit)
        }
        guard let copy else {
            throw CommandFailure.usage(
                "this is no working copy of the project",
                try: "run it in a clone of the project's repository, or use --diff and --base")
        }
        let part: LocalChange.Part = staged ? .staged : untracked ? .untracked : .tracked
        let commit = try await baseCommit(copy, client, session)
        return try await LocalChange.read(part, since: commit, in: copy)
    }

    /// Where the working copy left the default branch: the controller's repository has that commit.
    private func baseCommit(
        _ copy: WorkingCopy, _ client: APIClient, _ session: Session
    ) async throws -> String {
        if let base {
            if let commit = await copy.commit(base) { return commit }
            throw CommandFailure.usage("git knows no commit `\(base)` here", try: "git fetch")
        }
        let project = try await client.get(try session.projectPath(), as: Project.self).value
        let branch = project.defaultBranch ?? "main"
        for name in ["origin/\(branch)", "origin/HEAD", branch] {
            guard let tip = await copy.commit(name), let fork = await copy.fork(from: tip) else {
                continue
            }
            return fork
        }
        throw CommandFailure.usage(
            "git knows no branch `\(branch)` here", try: "git fetch, or name the --base")
    }

    private func tell(_ change: LocalChange, _ session: Session) {
        let kilobytes = (change.patch.utf8.count + 1023) / 1024
        let files = change.files.count == 1 ? "1 file" : "\(change.files.count) files"
        session.note(
            "sending \(files), \(kilobytes) KiB, on top of \(Readable.commit(change.base))")
        for file in change.files.prefix(20) {
            let lines = file.added.map { "+\($0) -\(file.removed ?? 0)" } ?? ""
            session.note("  \(file.name) \(lines)")
        }
        if change.files.count > 20 { session.note("  and \(change.files.count - 20) more") }
        for remark in change.remarks { session.note(remark) }
    }
}
