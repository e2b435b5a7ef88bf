/// How the repository is built.
package struct BuildPlan: Sendable {
    package enum Cache: Sendable, Equatable {
        case off
        /// Patterns of the content that decides, empty: all tracked files; and what is kept.
        case on(key: [Template], paths: [Template])
    }

    package let prefetch: [Command]
    package let commands: [Command]
    package let directory: Template
    package let network: OnOff
    package let secrets: [String]
    package let cache: Cache
    /// What benchmarks may use; empty: the whole workspace.
    package let outputs: [Template]
    package let timeout: Duration
    package let silence: Duration
    package let memoryBytes: Int64?
    package let cpus: Int?

    init(_ table: SettingTable) {
        prefetch = table.commands("prefetch")
        commands = table.commands("commands")
        directory = table.need("directory", \.template)
        network = table.word("network")
        secrets = table.texts("secrets")
        outputs = table.templates("outputs")
        timeout = table.need("timeout", \.duration)
        silence = table.need("silence", \.duration)
        memoryBytes = table["memory"]?.bytes
        cpus = table.integer("cpus")
        let kept = table.section("cache")
        cache =
            table.text("cache") == "off"
            ? .off : .on(key: kept.templates("key"), paths: kept.templates("paths"))
    }

    private init(_ plan: BuildPlan, _ values: [Placeholder: String]) {
        prefetch = plan.prefetch.map { $0.substitute(values) }
        commands = plan.commands.map { $0.substitute(values) }
        directory = plan.directory.substitute(values)
        network = plan.network
        secrets = plan.secrets
        outputs = plan.outputs.map { $0.substitute(values) }
        timeout = plan.timeout
        silence = plan.silence
        memoryBytes = plan.memoryBytes
        cpus = plan.cpus
        cache =
            switch plan.cache {
            case .off: .off
            case .on(let key, let paths):
                .on(
                    key: key.map { $0.substitute(values) },
                    paths: paths.map { $0.substitute(values) })
            }
    }

    /// The build of one matrix cell; what is known only on the host stays symbolic.
    package func substitute(_ values: [Placeholder: String]) -> BuildPlan {
        BuildPlan(self, values)
    }
}
