import ArgumentParser

/// `project add|list|show|edit`.
struct ProjectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "project",
        abstract: "Registers, shows and changes projects.",
        subcommands: [
            ProjectAddCommand.self, ProjectListCommand.self, ProjectShowCommand.self,
            ProjectEditCommand.self,
        ])
}

/// `project add NAME REMOTE`.
struct ProjectAddCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Registers a project and its repository.",
        discussion: """
            The controller reads the remote before it stores anything.

            EXAMPLES
              fleetmark project add lantern https://git.example.org/lantern.git
              fleetmark project add lantern --repository ssh://git@git.example.org/lantern.git
              fleetmark project add lantern https://git.example.org/lantern.git --public \\
                  --branch main --json
            """)

    @Argument(help: "1 to 64 of a–z, 0–9, '.', '_' and '-'.") var name: String

    @Argument(help: ArgumentHelp("Address of the git repository.", valueName: "remote"))
    var remote: String?

    @Option(help: ArgumentHelp("The same as REMOTE.", valueName: "url")) var repository: String?
    @Option(help: "Branch that counts as the main one; else the remote's HEAD.")
    var branch: String?
    @Option(help: "github, gitlab, gitea, generic or none.") var forge: String?
    @Option(help: "A title for people.") var title: String?
    @Flag(name: .customLong("public"), help: "Anyone may read its results.") var isPublic = false
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func validate() throws {
        guard (remote == nil) != (repository == nil) else {
            throw ValidationError("give the repository's address once, as REMOTE or --repository")
        }
    }

    func run(in session: Session) async throws -> CommandStatus {
        let registration = ProjectRegistration(
            name: name, remote: remote ?? repository, branch: branch, forge: forge, title: title,
            isPublic: isPublic)
        let made = try await session.connected { client in try await registration.post(client) }
        if session.settings.asJSON {
            try session.answer(.document("project.add", ["project": made.tree]))
            return .done
        }
        let branch = made.value.defaultBranch.map { ", branch \($0)" } ?? ""
        try session.answer("project \(PlainLine.text(made.value.name + branch))\n")
        session.note("try: fleetmark trigger --project \(made.value.name) --commit HEAD --wait")
        return .done
    }
}

/// `project list`.
struct ProjectListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the projects that you may see.",
        discussion: """
            EXAMPLES
              fleetmark project list
              fleetmark project list --csv --all
            """)

    @OptionGroup var list: ListOptions
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let found = try await session.connected { client in
            try await ListReader(options: list).projects(client)
        }
        if session.settings.asJSON {
            try session.answer(found.document("project.list"))
            return .done
        }
        if found.items.isEmpty {
            session.note("no projects yet; try: fleetmark project add NAME REMOTE")
        }
        let table = TextTable(
            [
                .init("NAME"), .init("TITLE"), .init("BRANCH"), .init("VISIBILITY"),
                .init("CREATED"),
            ],
            rows: found.items.map { project in
                [
                    .init(project.name), .init(project.title), .init(project.defaultBranch),
                    .init(project.visibility),
                    .init(
                        Moment.text(project.createdUs, utc: session.settings.usesUTC),
                        order: project.createdUs.map(Double.init)),
                ]
            })
        try session.answer(try table.shown(list.shape, in: session))
        return .done
    }
}

/// `project show [NAME]`.
struct ProjectShowCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a project, its repositories and its newest runs.",
        discussion: """
            EXAMPLES
              fleetmark project show lantern
              fleetmark project show --json
            """)

    @Argument(help: "Else --project, or the one of fleetmark.yaml.") var name: String?
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let path = "/projects/\(PercentText.encode(try name ?? session.project()))"
        let (project, repositories, runs) = try await session.connected { client in
            (
                try await client.get(path, as: Project.self),
                try await client.get("\(path)/repositories", as: ReplyPage<Repository>.self),
                try await client.get(
                    "\(path)/runs", [QueryField("limit", "5")], as: ReplyPage<Run>.self)
            )
        }
        if session.settings.asJSON {
            try session.answer(
                .document(
                    "project.show",
                    [
                        "project": project.tree,
                        "repositories": .array(repositories.tree["items"]?.items ?? []),
                        "runs": .array(runs.tree["items"]?.items ?? []),
                    ]))
            return .done
        }
        try session.answer(ProjectFacts.text(project.value, repositories.value.items, session))
        guard !runs.value.items.isEmpty else {
            session.note(
                "no runs yet; try: fleetmark trigger --project \(project.value.name) --wait")
            return .done
        }
        let table = RunTable(session).table(runs.value.items)
        try session.answer(
            "\n"
                + table.render(style: session.style, width: session.surroundings.terminal.width))
        return .done
    }
}

enum ProjectFacts {
    /// What there is to know of a project, for people.
    static func text(
        _ project: Project, _ repositories: [Repository], _ session: Session
    ) -> String {
        let utc = session.settings.usesUTC
        var facts = FactList(session.style)
        facts.add("project", project.name)
        facts.add("title", project.title)
        facts.add("visibility", project.visibility)
        facts.add("branch", project.defaultBranch)
        facts.add("open jobs", project.queueLimit.map { "\($0) at once" })
        facts.add("created", Moment.text(project.createdUs, utc: utc))
        for repository in repositories {
            facts.add("repository", repository.url)
            facts.add("fetched", Moment.text(repository.lastFetchUs, utc: utc))
            if let fault = repository.lastError {
                facts.add("trouble", fault.message ?? fault.reason, .bad)
            }
        }
        return facts.text
    }
}
