import ArgumentParser

/// `enroll-token [create|list|revoke]`.
struct EnrollTokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll-token",
        abstract: "Makes the one-time tokens with which hosts come into the fleet.",
        subcommands: [
            EnrollTokenCreateCommand.self, EnrollTokenListCommand.self,
            EnrollTokenRevokeCommand.self,
        ], defaultSubcommand: EnrollTokenCreateCommand.self)
}

/// `enroll-token`: the token on standard output and nothing else, so that it can be piped.
struct EnrollTokenCreateCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a token and prints it, once.",
        discussion: """
            EXAMPLES
              fleetmark enroll-token
              fleetmark enroll-token --ttl 10m --pre-approved > token
              fleetmark enroll-token --host-name bench1 --json
            """)

    @Option(help: ArgumentHelp("How long it is valid, at most 24h.", valueName: "duration"))
    var ttl = DurationArgument.hour

    @Flag(help: "The host needs no approval afterwards.") var preApproved = false
    @Option(help: ArgumentHelp("Only for a host of this name.", valueName: "name"))
    var hostName: String?
    @Option(help: "A note for the records.") var note: String?
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let body = JSONTree.members([
            "ttl_ns": .integer(ttl.duration.nanoseconds), "preapproved": .bool(preApproved),
            "host_name": hostName.map { .string($0) }, "note": note.map { .string($0) },
        ])
        let made = try await session.connected { client in
            try await client.post("/enrolment-tokens", body, as: EnrolmentToken.self)
        }
        guard let token = made.value.token else {
            throw CommandFailure(
                .notReachable, "bad_reply", "the server sent no token", why: "`token` is missing")
        }
        if session.settings.asJSON {
            try session.answer(.document("enroll-token", made.tree.members))
            return .done
        }
        try session.answer(PlainLine.text(token) + "\n")
        let until = Moment.text(made.value.expiresUs, utc: session.settings.usesUTC)
        session.note("valid once, until \(until); put it into a file and run on the host:")
        session.note(
            "  fleetmark-agent enroll \(made.value.agentsUrl ?? "https://CONTROLLER:8443")"
                + " --token-file FILE"
                + (made.value.caFingerprint.map { " --ca-fingerprint \($0)" } ?? ""))
        return .done
    }
}

/// `enroll-token list`.
struct EnrollTokenListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the newest tokens, without the tokens themselves.",
        discussion: """
            EXAMPLES
              fleetmark enroll-token list
              fleetmark enroll-token list --json
            """)

    @OptionGroup var shape: TableOptions
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let found = try await session.connected { client in
            try await client.get("/enrolment-tokens", as: ReplyPage<EnrolmentToken>.self)
        }
        if session.settings.asJSON {
            let items = JSONTree.array(found.tree["items"]?.items ?? [])
            try session.answer(
                .document("enroll-token.list", ["items": items, "next_cursor": .null]))
            return .done
        }
        if found.value.items.isEmpty { session.note("no tokens; try: fleetmark enroll-token") }
        let utc = session.settings.usesUTC
        let now = session.surroundings.nowMicroseconds()
        let table = TextTable(
            [.init("TOKEN"), .init("STATE"), .init("HOST"), .init("APPROVED"), .init("EXPIRES")],
            rows: found.value.items.map { token in
                [
                    .init(token.id), .init(Self.state(token, now)), .init(token.hostName),
                    .init(token.preapproved == true ? "beforehand" : "by hand"),
                    .init(
                        Moment.text(token.expiresUs, utc: utc),
                        order: token.expiresUs.map(Double.init)),
                ]
            })
        try session.answer(try table.shown(shape, in: session))
        return .done
    }

    private static func state(_ token: EnrolmentToken, _ now: Int64) -> String {
        if token.usedUs != nil { return "used" }
        return (token.expiresUs ?? .max) <= now ? "expired" : "valid"
    }
}

/// `enroll-token revoke ID`.
struct EnrollTokenRevokeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Makes an unused token void.",
        discussion: """
            EXAMPLES
              fleetmark enroll-token revoke 0197a1b2-0000-7000-8000-000000000001
              fleetmark enroll-token revoke 0197a1b2-0000-7000-8000-000000000001 --quiet
            """)

    @Argument(help: "The token's id, as the list shows it.") var id: String
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        try await session.connected { client in
            try await client.delete("/enrolment-tokens/\(PercentText.encode(id))")
        }
        if session.settings.asJSON {
            try session.answer(.document("enroll-token.revoke", ["id": .string(id)]))
        } else {
            session.note("the token is void")
        }
        return .done
    }
}
