/// One entry in one matrix cell with one set of params: what is executed again and again.
package struct BenchmarkExecution: Sendable {
    package let entry: BenchmarkEntry
    package let cell: MatrixCell
    /// The entry's own params.
    package let parameters: [String: String]

    /// Params of the results: the entry's own, and `matrix.AXIS` of the cell.
    package var seriesParameters: [String: String] {
        parameters.merging(cell.parameters) { _, axis in axis }
    }

    /// With params and cell put in; what only the host knows stays symbolic.
    package var command: Command { entry.command.substitute(known) }
    package var setup: [Command] { entry.setup.map { $0.substitute(known) } }
    package var cleanup: [Command] { entry.cleanup.map { $0.substitute(known) } }
    package var results: [Template] { entry.results.map { $0.substitute(known) } }
    package var directory: Template { entry.directory.substitute(known) }
    package var standardInput: Template? { entry.standardInput?.substitute(known) }

    /// The file's variables with the entry's over them.
    package let variables: [String: Template]

    init(
        entry: BenchmarkEntry, cell: MatrixCell, parameters: [String: String],
        environment: EnvironmentPlan
    ) {
        self.entry = entry
        self.cell = cell
        self.parameters = parameters
        let known = Self.known(cell, parameters)
        variables = environment.variables.merging(entry.variables) { _, own in own }
            .mapValues { $0.substitute(known) }
    }

    private var known: [Placeholder: String] { Self.known(cell, parameters) }

    private static func known(
        _ cell: MatrixCell, _ parameters: [String: String]
    ) -> [Placeholder: String] {
        var values = cell.substitutions
        for (name, value) in parameters { values[.parameter(name)] = value }
        return values
    }
}
