import ArgumentParser

/// `baseline pin|pinned|unpin`: what runs are held against over a long time.
struct BaselineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline",
        abstract: "Says what runs are held against over a long time.",
        discussion: """
            Each run is compared with its base, mostly its parent. What gets slower by less than \
            the threshold in each of many commits is seen by nobody. So a project can pin a \
            commit or a release: every report says, too, what is worse than it was there. With \
            `policy: {baseline: pinned}` runs are measured beside it instead of their parent.

            EXAMPLES
              fleetmark baseline pin --release v1.4
              fleetmark baseline pinned
              fleetmark baseline unpin
            """,
        subcommands: [
            BaselinePinCommand.self, BaselinePinnedCommand.self, BaselineUnpinCommand.self,
        ])

    static let path = "/pinned-baseline"
}

struct BaselinePinCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin", abstract: "Pins a commit or a release.",
        discussion: """
            EXAMPLES
              fleetmark baseline pin --release v1.4 --note good
              fleetmark baseline pin main~20 --only-host-class linux
            """)

    @Argument(help: "A commit, branch or tag, which is resolved now.") var revision: String?
    @Option(help: ArgumentHelp("A tag of the project's repository.", valueName: "tag"))
    var release: String?
    @Option(
        name: .customLong("only-host-class"),
        help: ArgumentHelp("For runs on hosts of this class alone.", valueName: "class"))
    var hostClass: String?
    @Option(help: "Why, for those who read the history.") var note: String?
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func validate() throws {
        guard (revision == nil) != (release == nil) else {
            throw ValidationError("name a revision, or a tag with --release")
        }
    }

    func run(in session: Session) async throws -> CommandStatus {
        let pinned = try await session.connected { client in
            let path = try session.projectPath(BaselineCommand.path)
            let seen = try await client.get(path, as: PinnedBaseline.self).value
            let commit: String? =
                if let revision {
                    try await RevisionReference(revision).text(client, session)
                } else { nil }
            return try await client.put(
                path,
                .members([
                    "commit": commit.map { .string($0) }, "release": release.map { .string($0) },
                    "host_class": hostClass.map { .string($0) },
                    "note": note.map { .string($0) },
                ]), match: "\"v\(seen.version)\"", as: PinnedBaseline.self)
        }
        if pinned.value.series == 0, let commit = pinned.value.commit {
            session.note(
                "nothing of it was measured yet; try: fleetmark trigger --commit "
                    + "\(Readable.commit(commit)) --wait")
        }
        return try Self.tell(pinned, as: "baseline.pin", session)
    }

    static func tell(
        _ reply: Reply<PinnedBaseline>, as document: String, _ session: Session
    ) throws -> CommandStatus {
        if session.settings.asJSON {
            try session.answer(.document(document, reply.tree.members))
        } else {
            try session.answer(reply.value.line(session) + "\n")
        }
        return .done
    }
}

struct BaselinePinnedCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "pinned", abstract: "Says what is pinned, and what was.",
        discussion: """
            EXAMPLES
              fleetmark baseline pinned
              fleetmark baseline pinned --json
            """)

    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let found = try await session.connected { client in
            try await client.get(
                try session.projectPath(BaselineCommand.path), as: PinnedBaseline.self)
        }
        guard !session.settings.asJSON else {
            return try BaselinePinCommand.tell(found, as: "baseline.pinned", session)
        }
        let history = found.value.history ?? []
        guard !history.isEmpty else {
            session.note("nothing is pinned; try: fleetmark baseline pin --release TAG")
            return .done
        }
        session.note(found.value.line(session))
        let utc = session.settings.usesUTC
        let table = TextTable(
            [
                .init("WHEN"), .init("BASELINE"), .init("COMMIT"), .init("CLASS"), .init("BY"),
                .init("NOTE"),
            ],
            rows: history.map { entry in
                [
                    .init(Moment.text(entry.atUs, utc: utc)),
                    .init(entry.commit == nil ? "nothing" : entry.release ?? "a commit"),
                    .init(entry.commit.map(Readable.commit)), .init(entry.hostClass),
                    .init(entry.by), .init(entry.note),
                ]
            })
        try session.answer(
            table.render(style: session.style, width: session.surroundings.terminal.width))
        return .done
    }
}

struct BaselineUnpinCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpin", abstract: "Holds runs against nothing pinned from now on.",
        discussion: """
            What was pinned stays in the history.

            EXAMPLES
              fleetmark baseline unpin
              fleetmark baseline unpin --json
            """)

    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let left = try await session.connected { client in
            let path = try session.projectPath(BaselineCommand.path)
            let seen = try await client.get(path, as: PinnedBaseline.self).value
            try await client.delete(path, version: seen.version)
            return try await client.get(path, as: PinnedBaseline.self)
        }
        return try BaselinePinCommand.tell(left, as: "baseline.unpin", session)
    }
}
