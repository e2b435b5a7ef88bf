import AgentProtocol
import FleetModel
import ProjectFile

extension JobDescription.Build {
    /// What a side's file says of the build of one cell. `isFresh`: build although a finished build
    /// fits.
    init(_ side: JobPlanner.Side, in cell: MatrixCell, isFresh: Bool) {
        let file = side.file
        let plan = file.build.substitute(cell.substitutions)
        let directory = plan.directory.resolved ?? "."
        let environment = file.environment.variables.compactMapValues {
            Self.resolved($0.substitute(cell.substitutions))
        }
        func steps(_ commands: [Command]) -> [Step] {
            commands.compactMap { command in
                Symbolic.arguments(of: command).map { arguments in
                    Step(
                        run: arguments.map(ShellWord.quoted).joined(separator: " "),
                        directory: directory, environment: environment,
                        timeout: Nanoseconds(plan.timeout))
                }
            }
        }
        self.init(
            steps: steps(plan.commands), fetch: steps(plan.prefetch),
            cache: Self.cache(plan, of: side, in: cell, isFresh),
            outputs: plan.outputs.compactMap(Self.resolved),
            network: plan.network == .on ? .on : .fetchOnly)
    }

    private static func cache(
        _ plan: BuildPlan, of side: JobPlanner.Side, in cell: MatrixCell, _ isFresh: Bool
    ) -> Cache? {
        guard case .on(let key, let paths) = plan.cache else { return nil }
        let text = Parameters(cell.values).canonicalText
        return Cache(
            key: cell.values.isEmpty ? side.buildDigest : "\(side.buildDigest) \(text)",
            files: key.isEmpty ? nil : key.compactMap(resolved),
            paths: paths.isEmpty ? nil : paths.compactMap(resolved),
            isFresh: isFresh ? true : nil)
    }

    private static func resolved(_ template: Template) -> String? {
        template.substitute(Symbolic.values).resolved
    }
}

extension JobPlanner.Side {
    /// Whether the cell has a value for every axis that the file's build names.
    func canBeBuilt(in cell: MatrixCell) -> Bool {
        let plan = file.build
        var used = (plan.prefetch + plan.commands).flatMap(\.placeholders)
        var templates = [plan.directory] + plan.outputs + file.environment.variables.values
        if case .on(let key, let paths) = plan.cache { templates += key + paths }
        used += templates.flatMap(\.placeholders)
        return used.allSatisfy { placeholder in
            if case .matrix(let axis) = placeholder { cell.values[axis] != nil } else { true }
        }
    }
}
