import ArgumentParser
import FoundationEssentials

/// `keys create|list|revoke` (command line, section 6).
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Makes, lists and revokes the keys with which people and programs call.",
        discussion: """
            A key has one role on one project; an administrator's key reaches every project. For \
            this you need an administrator's key yourself.

            EXAMPLES
              fleetmark keys create nightly --role contributor --project parser --output ci.key
              fleetmark keys list
              fleetmark keys revoke 0197a1b2-0000-7000-8000-000000000001
            """,
        subcommands: [
            KeysCreateCommand.self, KeysListCommand.self, KeysRevokeCommand.self,
        ])
}

/// A key as the API tells of it (perfgate contract, §11).
struct StoredKey: Decodable, Sendable {
    let id: String
    let key: String?
    let keyPrefix: String?
    let description: String?
    let role: String?
    let project: String?
    let pattern: String?
    let createdAt: String?
    let expiresAt: String?
    let revokedAt: String?
}

private struct KeyList: Decodable, Sendable {
    let keys: [StoredKey]
}

/// `keys create`: the key alone on standard output, or in a file that nobody else reads.
struct KeysCreateCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a key and shows it, once.",
        discussion: """
            EXAMPLES
              fleetmark keys create nightly --role contributor --project parser --output ci.key
              fleetmark keys create web --project site --pattern ^web- --expires 90d
              fleetmark keys create ada --user 0197a1b2-0000-7000-8000-000000000001 --json
            """)

    @Argument(help: "What the key is for.") var note: String
    @Option(help: "viewer, contributor, promoter or admin.") var role = "viewer"
    @Option(
        help: ArgumentHelp(
            "Only benchmarks whose name this expression finds.", valueName: "regex"))
    var pattern: String?
    @Option(help: ArgumentHelp("It ends after this time.", valueName: "duration"))
    var expires: DurationArgument?
    @Flag(help: "It may also operate hosts.") var operate = false
    @Option(help: ArgumentHelp("Whose key it is.", valueName: "user id")) var user: String?
    @Option(help: ArgumentHelp("A new file for the key, mode 0600.", valueName: "file"))
    var output: String?
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let body = JSONTree.members([
            "description": .string(note), "role": .string(role),
            "project": .string(try session.project()), "pattern": pattern.map { .string($0) },
            "expires_at": expires.map { .string(Self.moment($0.duration, session)) },
            "grants": operate ? .array([.string("operate")]) : nil,
            "user_id": user.map { .string($0) },
        ])
        let made = try await session.connected { client in
            try await client.post("/keys", body, as: StoredKey.self)
        }
        guard let key = made.value.key else {
            throw CommandFailure(
                .notReachable, "bad_reply", "the server sent no key", why: "`key` is missing")
        }
        if let output {
            try PrivateTextFile.make(key + "\n", at: session.path(output), keeping: made.value.id)
            session.note("key \(made.value.id) is in \(output)")
        } else if session.settings.asJSON {
            try session.answer(.document("keys.create", made.tree.members))
        } else {
            try session.answer(PlainLine.text(key) + "\n")
            session.note("key \(made.value.id); it is shown this once")
        }
        return .done
    }

    private static func moment(_ duration: Duration, _ session: Session) -> String {
        let seconds = session.surroundings.nowMicroseconds() / 1_000_000
        let end = seconds + duration.components.seconds
        return Date(timeIntervalSince1970: Double(end)).formatted(.iso8601)
    }
}

/// `keys list`.
struct KeysListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists keys, revoked ones too, without the keys themselves.",
        discussion: """
            EXAMPLES
              fleetmark keys list
              fleetmark keys list --json
            """)

    @OptionGroup var shape: TableOptions
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let found = try await session.connected { client in
            try await client.get("/keys", as: KeyList.self)
        }
        if session.settings.asJSON {
            try session.answer(
                .document("keys.list", ["items": found.tree["keys"] ?? .array([])]))
            return .done
        }
        let table = TextTable(
            [
                .init("KEY"), .init("STATE"), .init("ROLE"), .init("PROJECT"), .init("PATTERN"),
                .init("FOR"), .init("ID"),
            ],
            rows: found.value.keys.map { key in
                [
                    .init(key.keyPrefix), .init(Self.state(key, session)), .init(key.role),
                    .init(key.project), .init(key.pattern), .init(key.description),
                    .init(key.id),
                ]
            })
        try session.answer(try table.shown(shape, in: session))
        return .done
    }

    private static func state(_ key: StoredKey, _ session: Session) -> String {
        if let time = key.revokedAt { return "revoked \(time.prefix(10))" }
        guard let end = key.expiresAt else { return "in force" }
        let now = Date(
            timeIntervalSince1970: Double(session.surroundings.nowMicroseconds()) / 1_000_000)
        // Both in UTC, so their texts sort like the times.
        let isOver = end.prefix(19) <= now.formatted(.iso8601).prefix(19)
        return "\(isOver ? "ended" : "until") \(end.prefix(10))"
    }
}

/// `keys revoke ID`.
struct KeysRevokeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Ends a key, and the sessions that it opened, at once.",
        discussion: """
            EXAMPLES
              fleetmark keys revoke 0197a1b2-0000-7000-8000-000000000001
              fleetmark keys revoke 0197a1b2-0000-7000-8000-000000000001 --quiet
            """)

    @Argument(help: "The key's id, as the list shows it.") var id: String
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        try await session.connected { client in
            try await client.delete("/keys/\(PercentText.encode(id))")
        }
        if session.settings.asJSON {
            try session.answer(.document("keys.revoke", ["id": .string(id)]))
        } else {
            session.note("the key is void")
        }
        return .done
    }
}
