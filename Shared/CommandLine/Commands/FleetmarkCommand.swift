import ArgumentParser

/// The root of all commands; a new one is a file here and a line in this list.
struct FleetmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleetmark",
        abstract: "Measures software on a fleet of machines, and says what changed.",
        discussion: """
            EXAMPLES
              fleetmark init
              fleetmark run --local
              fleetmark login https://fleet.example:8080
              fleetmark trigger --commit HEAD --wait --fail-on regressed
              fleetmark trigger --range main~10..main --wait
            """,
        version: "fleetmark \(ProgramVersion.text)",
        groupedSubcommands: [
            CommandGroup(
                name: "Without a controller",
                subcommands: [
                    InitCommand.self, CheckCommand.self, RunCommand.self, ParseCommand.self,
                    StatsCommand.self,
                    CompletionCommand.self,
                ]),
            CommandGroup(
                name: "Measuring",
                subcommands: [
                    ProjectCommand.self, TriggerCommand.self, TryCommand.self,
                    SubmitCommand.self, RunsCommand.self, ShowCommand.self, LogsCommand.self,
                    ArtifactsCommand.self, CompareCommand.self, PolicyCommand.self,
                    BaselineCommand.self, SeriesCommand.self,
                    HeadlineCommand.self, DepsCommand.self, ExportCommand.self, CancelCommand.self,
                    ExcludeCommand.self, IncludeCommand.self,
                ]),
            CommandGroup(
                name: "Fleet and sign-in",
                subcommands: [
                    HostsCommand.self, EnrollTokenCommand.self, KeysCommand.self,
                    UsersCommand.self, TeamsCommand.self, ImportCommand.self,
                    LoginCommand.self, LogoutCommand.self,
                ]),
        ])
}
