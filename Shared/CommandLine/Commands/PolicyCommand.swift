import ArgumentParser

/// `policy show|set|history|activate|dry-run` (command line, section 6).
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Says and changes by which rules a project is judged.",
        discussion: """
            A policy is a YAML document with rules for benchmarks and metrics by their names. A \
            later rule stands before an earlier one, and what fleetmark.yaml says before both. \
            Without any, the default needs no configuration.

              rules:
                - {threshold: 5%}
                - {benchmark: "parse*", metric: time, threshold: 2%}
                - {metric: allocated_bytes, test: budget, threshold: 10%}

            EXAMPLES
              fleetmark policy show
              fleetmark policy dry-run strict.yaml --since 90d
              fleetmark policy set strict.yaml --note halved
              fleetmark policy activate 2
            """,
        subcommands: [
            PolicyShowCommand.self, PolicySetCommand.self, PolicyHistoryCommand.self,
            PolicyActivateCommand.self, PolicyTrialCommand.self,
        ])
}

/// Which policy is meant.
struct PolicyName: ParsableArguments {
    @Option(help: "The policy; runs are judged by default.") var name = "default"

    func path(_ session: Session, _ rest: String = "") throws -> String {
        try session.projectPath("/policies/\(PercentText.encode(name))\(rest)")
    }

    /// The version that is in force now.
    static func tell(
        _ stored: Reply<StoredPolicy>, as document: String, _ session: Session
    ) throws -> CommandStatus {
        if session.settings.asJSON {
            try session.answer(.document(document, ["policy": stored.tree]))
        } else {
            try session.answer(stored.value.line(session) + "\n")
        }
        return .done
    }
}

/// The text of a policy in a file.
enum PolicyFile {
    private static let limitBytes = 64 << 10

    static func read(_ path: String, _ session: Session) throws -> String {
        if path == "-" {
            return try TextFile.read("/dev/stdin", limitBytes: limitBytes)
        }
        return try TextFile.read(session.path(path), limitBytes: limitBytes)
    }
}

struct PolicyShowCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows the policy that is in force, or an older version.",
        discussion: """
            EXAMPLES
              fleetmark policy show
              fleetmark policy show --number 3 > policy.yaml
            """)

    @OptionGroup var policy: PolicyName
    @Option(name: .customLong("number"), help: "This version instead.") var version: Int?
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let found = try await session.connected { client in
            let path = try policy.path(session, version.map { "/versions/\($0)" } ?? "")
            return try await client.get(path, as: StoredPolicy.self)
        }
        if session.settings.asJSON {
            try session.answer(.document("policy", ["policy": found.tree]))
            return .done
        }
        session.note(found.value.line(session))
        try session.answer(found.value.text)
        return .done
    }
}

struct PolicySetCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Stores a new version, by which runs are judged from now on.",
        discussion: """
            What was decided stays; decide it again with fleetmark-controller recompute.

            EXAMPLES
              fleetmark policy set policy.yaml --note halved
              fleetmark policy set policy.yaml --dry-run
            """)

    @Argument(help: "The document; - is standard input.") var file: String
    @OptionGroup var policy: PolicyName
    @Option(help: "Why, for those who read the history.") var note: String?
    @Flag(help: "Only say what it would have decided in the last 90 days.") var dryRun = false
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let text = try PolicyFile.read(file, session)
        if dryRun {
            return try await PolicyTrialCommand.run(text: text, days: 90, session)
        }
        let stored = try await session.connected { client in
            let seen = try await client.get(try policy.path(session), as: StoredPolicy.self)
            // Version 0 is the one that needs no configuration.
            let match = seen.value.version == 0 ? "\"v0\"" : "*"
            return try await client.put(
                try policy.path(session),
                .members(["text": .string(text), "note": note.map { .string($0) }]),
                match: match, as: StoredPolicy.self)
        }
        return try PolicyName.tell(stored, as: "policy.set", session)
    }
}

struct PolicyHistoryCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Lists all versions of the policy, newest first.",
        discussion: """
            EXAMPLES
              fleetmark policy history
              fleetmark policy history --json
            """)

    @OptionGroup var policy: PolicyName
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let found = try await session.connected { client in
            try await client.get(
                try policy.path(session, "/versions"), as: ReplyPage<StoredPolicy>.self)
        }
        if session.settings.asJSON {
            try session.answer(
                .document(
                    "policy.history",
                    ["items": found.tree["items"] ?? .array([]), "next_cursor": .null]))
            return .done
        }
        let table = TextTable(
            [
                .init("VERSION", .right), .init("IN FORCE"), .init("WHEN"), .init("BY"),
                .init("RULES", .right), .init("NOTE"),
            ],
            rows: found.value.items.map { version in
                [
                    .init("\(version.version)"), .init(version.active ? "yes" : ""),
                    .init(Moment.text(version.createdUs, utc: session.settings.usesUTC)),
                    .init(version.by ?? ""), .init("\(version.rules?.count ?? 0)"),
                    .init(version.note ?? ""),
                ]
            })
        try session.answer(
            table.render(style: session.style, width: session.surroundings.terminal.width))
        return .done
    }
}

struct PolicyActivateCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Puts an older version in force again.",
        discussion: """
            EXAMPLES
              fleetmark policy activate 2
              fleetmark policy activate 2 --json
            """)

    @Argument(help: "The version.") var version: Int
    @OptionGroup var policy: PolicyName
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let stored = try await session.connected { client in
            try await client.post(
                try policy.path(session, "/activate"),
                .object(["version": .integer(Int64(version))]), as: StoredPolicy.self)
        }
        return try PolicyName.tell(stored, as: "policy.activate", session)
    }
}

struct PolicyTrialCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "dry-run",
        abstract: "Says what a policy would have decided about what was measured.",
        discussion: """
            Nothing is stored. Decisions that would have failed and did not come first. STAYED \
            says whether the runs of later commits, three to five of them, have a median that is \
            still beyond the threshold.

            EXAMPLES
              fleetmark policy dry-run strict.yaml --since 90d
              fleetmark policy dry-run strict.yaml --since 7d --json
            """)

    @Argument(help: "The document; - is standard input.") var file: String
    @Option(help: ArgumentHelp("So far back: a number and d or h.", valueName: "time"))
    var since = "90d"
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func validate() throws {
        guard Self.days(since) != nil else {
            throw ValidationError("--since is a number and d or h, as in 90d")
        }
    }

    func run(in session: Session) async throws -> CommandStatus {
        try await Self.run(
            text: try PolicyFile.read(file, session), days: Self.days(since) ?? 90, session)
    }

    private static func days(_ text: String) -> Double? {
        guard let unit = text.last, "dh".contains(unit), let count = Double(text.dropLast()),
            count > 0, count <= 100_000
        else { return nil }
        return unit == "d" ? count : count / 24
    }

    static func run(
        text: String, days: Double, _ session: Session
    ) async throws -> CommandStatus {
        let since = session.surroundings.nowMicroseconds() - Int64(days * 86_400_000_000)
        let reply = try await session.connected { client in
            try await client.post(
                try session.projectPath("/policies/dry-run"),
                .object(["text": .string(text), "since": .integer(since)]),
                as: PolicyTrialReply.self)
        }
        if session.settings.asJSON {
            try session.answer(.document("policy.dry-run", reply.tree.members))
        } else {
            try session.answer(PolicyTrialReport(reply: reply.value, session: session).text)
        }
        return .done
    }
}
