import ProjectFile

/// Placeholders that only the agent can fill travel as they are written.
enum Symbolic {
    static let values: [Placeholder: String] = [
        .cpus: "{{cpus}}", .workspace: "{{workspace}}", .results: "{{results}}",
        .repetition: "{{repetition}}",
    ]

    /// The command's words; nil when it has a placeholder that nobody fills.
    static func arguments(of command: Command) -> [String]? {
        command.substitute(values).arguments
    }
}
