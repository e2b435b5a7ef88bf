package import FleetModel
package import ProjectFile

extension HostNeeds {
    /// What a host must have for one entry.
    init(_ requires: Requirements) {
        self.init(
            labels: requires.labels, capabilities: requires.capabilities,
            architectures: requires.architectures, cores: requires.cpus,
            memoryBytes: requires.memoryBytes)
    }

    /// The entries of a job ask for hosts that cannot be one.
    package struct Clash: Error {
        let entry: String

        package var text: String {
            "`requires` of `\(entry)` and of entries before it are never met by one host: "
                + "another label or architecture for each. Measure them one at a time "
                + "(--benchmark), or ask for the same."
        }
    }

    /// What a host must have for all of them, since one host measures them.
    package static func all(_ executions: [BenchmarkExecution]) throws(Clash) -> HostNeeds {
        var needs = HostNeeds.none
        for execution in executions {
            guard let both = needs.together(with: HostNeeds(execution.entry.requires)) else {
                throw Clash(entry: execution.entry.name)
            }
            needs = both
        }
        return needs
    }

    /// What the agent looks at before it begins, besides the counters.
    var isolation: [String] { capabilities.filter { !CapabilityNames.isCounter($0) } }
    var counters: [String] { capabilities.filter(CapabilityNames.isCounter) }
}
