import ArgumentParser

/// `users list|add|enable|disable|remove|role` (command line, section 6).
struct UsersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users", abstract: "Makes and changes users, and what they may do.",
        discussion: """
            A user comes in by keys of theirs (`fleetmark keys create --user ID`) or by a token of \
            a provider. Roles are given on a project or on the installation.

            EXAMPLES
              fleetmark users add ada --email ada@example.org
              fleetmark users role ada contributor --project parser
              fleetmark users disable ada
            """,
        subcommands: [
            UsersListCommand.self, UsersAddCommand.self, UsersDisableCommand.self,
            UsersEnableCommand.self, UsersRemoveCommand.self, UsersRoleCommand.self,
        ])
}

struct UsersListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists users by name.",
        discussion: """
            EXAMPLES
              fleetmark users list
              fleetmark users list --json
            """)

    @OptionGroup var shape: TableOptions
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let found = try await session.connected { client in
            try await ListReader(limit: 200, all: true).read(client, "/users", as: User.self)
        }
        if session.settings.asJSON {
            try session.answer(found.document("users.list"))
            return .done
        }
        let utc = session.settings.usesUTC
        let table = TextTable(
            [
                .init("USER"), .init("STATE"), .init("ROLE"), .init("TEAMS"), .init("SIGNED IN"),
                .init("ID"),
            ],
            rows: found.items.map { user in
                [
                    .init(user.name), .init(user.disabled == true ? "out" : "in"),
                    .init(user.installationRole),
                    .init(user.teams?.joined(separator: ", ")),
                    .init(
                        Moment.text(user.lastSeenUs, utc: utc),
                        order: user.lastSeenUs.map(Double.init)),
                    .init(user.id),
                ]
            })
        try session.answer(try table.shown(shape, in: session))
        return .done
    }
}

struct UsersAddCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Makes a user, who may do nothing yet.",
        discussion: """
            EXAMPLES
              fleetmark users add ada --email ada@example.org
              fleetmark users add ada --oidc-issuer https://id.example.org --oidc-subject 7f3a
            """)

    @Argument(help: "The user's name.") var name: String
    @Option(help: "The user's address.") var email: String?
    @Option(help: ArgumentHelp("Who issues the user's tokens.", valueName: "url"))
    var oidcIssuer: String?
    @Option(help: ArgumentHelp("Whom these tokens name.", valueName: "sub"))
    var oidcSubject: String?
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func validate() throws {
        guard (oidcIssuer == nil) == (oidcSubject == nil) else {
            throw ValidationError("--oidc-issuer and --oidc-subject belong together.")
        }
    }

    func run(in session: Session) async throws -> CommandStatus {
        var identities: JSONTree?
        if let oidcIssuer, let oidcSubject {
            identities = .array([
                .object(["issuer": .string(oidcIssuer), "subject": .string(oidcSubject)])
            ])
        }
        let body = JSONTree.members([
            "name": .string(name), "email": email.map { .string($0) }, "identities": identities,
        ])
        let made = try await session.connected { client in
            try await client.post("/users", body, as: User.self)
        }
        if session.settings.asJSON {
            try session.answer(.document("users.add", ["user": made.tree]))
        } else {
            try session.answer("\(PlainLine.text(made.value.name)) is \(made.value.id)\n")
        }
        return .done
    }
}

struct UsersDisableCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Ends a user's keys and sessions at once.",
        discussion: """
            EXAMPLES
              fleetmark users disable ada
              fleetmark users disable ada --quiet
            """)

    @Argument(help: "The user's name or id.") var user: String
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        try await UserState.set(user, isDisabled: true, session)
    }
}

struct UsersEnableCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Lets a user in again, who then needs new keys.",
        discussion: """
            EXAMPLES
              fleetmark users enable ada
              fleetmark users enable ada --json
            """)

    @Argument(help: "The user's name or id.") var user: String
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        try await UserState.set(user, isDisabled: false, session)
    }
}

private enum UserState {
    static func set(
        _ name: String, isDisabled: Bool, _ session: Session
    ) async throws -> CommandStatus {
        let changed = try await session.connected { client in
            let user = try await PersonReference(name).user(client)
            return try await client.patch(
                "/users/\(user.id)", .object(["disabled": .bool(isDisabled)]),
                version: user.version, as: User.self)
        }
        if session.settings.asJSON {
            try session.answer(.document("users.change", ["user": changed.tree]))
        } else {
            let state = isDisabled ? "out" : "in"
            try session.answer("\(PlainLine.text(changed.value.name)) is \(state)\n")
        }
        return .done
    }
}

struct UsersRemoveCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Takes a user away, with keys, sessions and roles.",
        discussion: """
            EXAMPLES
              fleetmark users remove ada
              fleetmark users remove 0197a1b2-0000-7000-8000-000000000001
            """)

    @Argument(help: "The user's name or id.") var user: String
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let gone = try await session.connected { client in
            let user = try await PersonReference(self.user).user(client)
            try await client.delete("/users/\(user.id)", version: user.version)
            return user
        }
        if session.settings.asJSON {
            try session.answer(.document("users.remove", ["id": .string(gone.id)]))
        } else {
            session.note("\(gone.name) is gone")
        }
        return .done
    }
}

struct UsersRoleCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "Gives a user a role on a project or on the installation.",
        discussion: """
            EXAMPLES
              fleetmark users role ada contributor --project parser
              fleetmark users role ada none --project parser
              fleetmark users role ada viewer --installation --operate
            """)

    @Argument(help: "The user's name or id.") var user: String
    @Argument(help: "viewer, contributor, promoter, admin, or none.") var role: String
    @Flag(help: "On the installation instead of the project.") var installation = false
    @Flag(help: "The user may also operate hosts.") var operate = false
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let place = try RolePlace(isInstallation: installation, session)
        let user = try await session.connected { client in
            let user = try await PersonReference(self.user).user(client)
            try await place.set(
                role, operate ? ["operate"] : [], of: "user:\(user.id)", client)
            return user
        }
        try RoleAnswer.tell(user.name, role, place, "users.role", session)
        return .done
    }
}

/// What is said after a role was given.
enum RoleAnswer {
    static func tell(
        _ name: String, _ role: String, _ place: RolePlace, _ document: String,
        _ session: Session
    ) throws {
        if session.settings.asJSON {
            try session.answer(
                .document(
                    document,
                    [
                        "name": .string(name), "role": .string(role), "on": .string(place.name),
                    ]))
        } else {
            let role = role == "none" ? "no role" : role
            try session.answer("\(PlainLine.text(name)) has \(role) on \(place.name)\n")
        }
    }
}
