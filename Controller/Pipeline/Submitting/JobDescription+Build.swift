import AgentProtocol
import FleetModel
import ProjectFile
import Storage

extension JobDescription.Build {
    /// What a file says of the build. `isFresh`: build although a finished build fits.
    init(_ file: ProjectFile, isFresh: Bool) {
        let plan = EffectiveSuite(file).builds.first?.plan ?? file.build
        let directory = plan.directory.resolved ?? "."
        let environment = file.environment.variables.compactMapValues(Self.resolved)
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
            cache: Self.cache(plan, of: file, isFresh),
            outputs: plan.outputs.compactMap(Self.resolved),
            network: plan.network == .on ? .on : .fetchOnly)
    }

    private static func cache(
        _ plan: BuildPlan, of file: ProjectFile, _ isFresh: Bool
    ) -> Cache? {
        guard case .on(let key, let paths) = plan.cache else { return nil }
        return Cache(
            key: SHA256Text.of(String(decoding: EffectiveSuite(file).buildForm, as: UTF8.self)),
            files: key.isEmpty ? nil : key.compactMap(resolved),
            paths: paths.isEmpty ? nil : paths.compactMap(resolved),
            isFresh: isFresh ? true : nil)
    }

    private static func resolved(_ template: Template) -> String? {
        template.substitute(Symbolic.values).resolved
    }
}
