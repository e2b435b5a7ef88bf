/// What is known only where and when something is executed.
package struct RunTimeValues: Sendable {
    package let cpus: Int
    package let workspace: String
    /// Empty folder of the execution; nothing for build steps.
    package let results: String?
    /// From 1; nothing for build steps.
    package let repetition: Int?

    package init(cpus: Int, workspace: String, results: String? = nil, repetition: Int? = nil) {
        self.cpus = cpus
        self.workspace = workspace
        self.results = results
        self.repetition = repetition
    }

    /// For `substitute(_:)` of commands and templates.
    package var substitutions: [Placeholder: String] {
        var values: [Placeholder: String] = [.cpus: "\(cpus)", .workspace: workspace]
        values[.results] = results
        values[.repetition] = repetition.map { "\($0)" }
        return values
    }
}
