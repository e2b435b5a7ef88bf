import ArgumentParser

/// `teams list|add|remove|member|role` (command line, section 6).
struct TeamsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "teams", abstract: "Makes and changes teams, and what they may do.",
        discussion: """
            A project belongs to the team that is its administrator.

            EXAMPLES
              fleetmark teams add parsers --title Parsing
              fleetmark teams member parsers ada --role maintainer
              fleetmark teams role parsers admin --project parser
            """,
        subcommands: [
            TeamsListCommand.self, TeamsAddCommand.self, TeamsRemoveCommand.self,
            TeamsMemberCommand.self, TeamsRoleCommand.self,
        ])
}

struct TeamsListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists teams and their members.",
        discussion: """
            EXAMPLES
              fleetmark teams list
              fleetmark teams list --json
            """)

    @OptionGroup var shape: TableOptions
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let found = try await session.connected { client in
            try await ListReader(limit: 200, all: true).read(client, "/teams", as: Team.self)
        }
        if session.settings.asJSON {
            try session.answer(found.document("teams.list"))
            return .done
        }
        let table = TextTable(
            [.init("TEAM"), .init("MEMBERS"), .init("TITLE"), .init("ID")],
            rows: found.items.map { team in
                let members = (team.members ?? []).map { member in
                    (member.name ?? member.userId) + (member.role == "maintainer" ? "*" : "")
                }
                return [
                    .init(team.name), .init(members.joined(separator: ", ")), .init(team.title),
                    .init(team.id),
                ]
            })
        try session.answer(try table.shown(shape, in: session))
        return .done
    }
}

struct TeamsAddCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Makes a team without members.",
        discussion: """
            EXAMPLES
              fleetmark teams add parsers
              fleetmark teams add parsers --title Parsing --json
            """)

    @Argument(help: "The team's name.") var name: String
    @Option(help: "A text for people.") var title: String?
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let body = JSONTree.members([
            "name": .string(name), "title": title.map { .string($0) },
        ])
        let made = try await session.connected { client in
            try await client.post("/teams", body, as: Team.self)
        }
        if session.settings.asJSON {
            try session.answer(.document("teams.add", ["team": made.tree]))
        } else {
            try session.answer("\(PlainLine.text(made.value.name)) is \(made.value.id)\n")
        }
        return .done
    }
}

struct TeamsRemoveCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Takes a team away, with its roles.",
        discussion: """
            EXAMPLES
              fleetmark teams remove parsers
              fleetmark teams remove 0197a1b2-0000-7000-8000-000000000001
            """)

    @Argument(help: "The team's name or id.") var team: String
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let gone = try await session.connected { client in
            let team = try await PersonReference(self.team).team(client)
            try await client.delete("/teams/\(team.id)", version: team.version)
            return team
        }
        if session.settings.asJSON {
            try session.answer(.document("teams.remove", ["id": .string(gone.id)]))
        } else {
            session.note("\(gone.name) is gone")
        }
        return .done
    }
}

struct TeamsMemberCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "member", abstract: "Takes a user into a team, or out of it.",
        discussion: """
            EXAMPLES
              fleetmark teams member parsers ada
              fleetmark teams member parsers ada --role maintainer
              fleetmark teams member parsers ada --role none
            """)

    @Argument(help: "The team's name or id.") var team: String
    @Argument(help: "The user's name or id.") var user: String
    @Option(help: "member, maintainer, or none.") var role = "member"
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let (teamName, userName) = try await session.connected { client in
            let team = try await PersonReference(self.team).team(client)
            let user = try await PersonReference(self.user).user(client)
            let place = "/teams/\(team.id)/members/\(user.id)"
            if role == "none" {
                try await client.delete(place)
            } else {
                _ = try await client.put(
                    place, .object(["role": .string(role)]), match: "*", as: Team.self)
            }
            return (team.name, user.name)
        }
        if session.settings.asJSON {
            try session.answer(
                .document(
                    "teams.member",
                    [
                        "team": .string(teamName), "user": .string(userName),
                        "role": .string(role),
                    ]))
        } else {
            let state = role == "none" ? "no member" : role
            try session.answer(
                "\(PlainLine.text(userName)) is \(state) of \(PlainLine.text(teamName))\n")
        }
        return .done
    }
}

struct TeamsRoleCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "Gives a team a role on a project or on the installation.",
        discussion: """
            EXAMPLES
              fleetmark teams role parsers admin --project parser
              fleetmark teams role parsers none --project parser
              fleetmark teams role keepers viewer --installation --operate
            """)

    @Argument(help: "The team's name or id.") var team: String
    @Argument(help: "viewer, contributor, promoter, admin, or none.") var role: String
    @Flag(help: "On the installation instead of the project.") var installation = false
    @Flag(help: "Its members may also operate hosts.") var operate = false
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let place = try RolePlace(isInstallation: installation, session)
        let found = try await session.connected { client in
            let known = try await PersonReference(self.team).team(client)
            try await place.set(
                role, operate ? ["operate"] : [], of: "team:\(known.id)", client)
            return known
        }
        try RoleAnswer.tell(found.name, role, place, "teams.role", session)
        return .done
    }
}
