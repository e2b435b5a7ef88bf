import ArgumentParser

/// `project edit [NAME] --set KEY=VALUE…`.
struct ProjectEditCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Changes a project.",
        discussion: """
            KEY is title, visibility (private, internal or public), default_branch or queue_limit:
            how many jobs may be open at once, which only administrators of the installation set.
            Without a VALUE the title goes, and the limit is the controller's own.

            EXAMPLES
              fleetmark project edit lantern --set title=Planner --set visibility=public
              fleetmark project edit lantern --set queue_limit=2000
              fleetmark project edit lantern --set queue_limit=
            """)

    @Argument(help: "Else --project, or the one of fleetmark.yaml.") var name: String?
    @Option(help: ArgumentHelp("May be given again.", valueName: "key=value")) var set: [String]
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        var changes: [String: JSONTree] = [:]
        for text in set {
            let (key, value) = try Self.change(text)
            changes[key] = value
        }
        let path = "/projects/\(PercentText.encode(try name ?? session.project()))"
        let body = JSONTree.object(changes)
        let edited = try await session.connected { client in
            let known = try await client.get(path, as: Project.self).value
            return try await client.patch(
                path, body, version: known.version, as: Project.self)
        }
        if session.settings.asJSON {
            try session.answer(.document("project.edit", ["project": edited.tree]))
            return .done
        }
        try session.answer(ProjectFacts.text(edited.value, [], session))
        return .done
    }

    private static let keys = ["title", "visibility", "default_branch", "queue_limit"]

    private static func change(_ text: String) throws -> (key: String, value: JSONTree) {
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
            throw usage("`\(text)` is not KEY=VALUE")
        }
        let (key, value) = (String(text[..<sign]), String(text[text.index(after: sign)...]))
        guard keys.contains(key) else {
            throw usage("a project has no `\(key)`; there are \(keys.joined(separator: ", "))")
        }
        if value.isEmpty { return (key, .null) }
        guard key == "queue_limit" else { return (key, .string(value)) }
        guard let number = Int64(value) else { throw usage("`\(value)` is no number of jobs") }
        return (key, .integer(number))
    }

    private static func usage(_ message: String) -> CommandFailure {
        .usage(message, try: "fleetmark project edit --help")
    }
}
