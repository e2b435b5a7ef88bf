import ArgumentParser
import FleetmarkController

struct GrantsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grants", abstract: "Prints SQL for the role of a public site.",
        discussion: """
            What it prints makes views of public projects in a schema of their own and lets the \
            role read these and nothing else. Give it to psql as the owner of the controller's \
            tables, again after each update, and then start serve --viewer with the role.

            Examples:
              fleetmark-controller grants --role fleet_viewer | psql fleetmark
              fleetmark-controller serve --viewer --storage-type postgres \
            --database-url 'host=db user=fleet_viewer dbname=fleetmark'
            """)

    @Option(help: "The role, which must exist.") var role: String
    @Option(help: "The schema of the controller's tables.") var schema = "public"

    func run() throws { print(try ViewerRole.grants(to: role, schema: schema), terminator: "") }
}
