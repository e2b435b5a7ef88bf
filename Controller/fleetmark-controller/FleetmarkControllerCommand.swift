import ArgumentParser

struct FleetmarkControllerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleetmark-controller",
        abstract: "Schedules benchmark jobs, stores results, and says what changed.",
        subcommands: [
            ServeCommand.self, ConfigCommand.self, AuthorityCommand.self, AuditCommand.self,
            KeyCommand.self, RecomputeCommand.self, GrantsCommand.self,
        ],
        defaultSubcommand: ServeCommand.self)
}
