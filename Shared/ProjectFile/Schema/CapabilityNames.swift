/// What `requires` may ask of a host besides labels and sizes (project-file.md section 2.6): walls
/// and limits around a program, and counters.
package enum CapabilityNames {
    /// What keeps a program from its host (isolation-and-counters.md sections 3 and 7).
    package static let isolation = [
        "isolation.full", "isolation.partial", "namespaces", "namespace.mount", "namespace.pid",
        "namespace.net", "namespace.ipc", "namespace.uts", "filesystem", "network", "seccomp",
        "cgroup", "cgroup.cpu", "cgroup.cpuset", "cgroup.io", "cgroup.memory", "cgroup.pids",
        "page_cache", "home",
    ]
    /// Hardware counters of instructions and cycles.
    package static let countingUnit = "pmu"
    private static let simulated = "instructions_simulated"

    /// What can be counted: the counting unit, a set, an event, or the simulated count.
    package static func isCounter(_ name: String) -> Bool {
        name == countingUnit || name == simulated
            || (name != "none" && CounterNames.isKnown(name))
    }

    /// A word of either kind.
    @Sendable static func check(_ text: String) throws(TextFault) {
        guard !isolation.contains(text), !isCounter(text) else { return }
        let words =
            isolation + [countingUnit, simulated] + CounterNames.sets + CounterNames.events
        throw TextFault(
            .wrongValue, "is nothing that a host can be asked for: \(Quoted.text(text))",
            suggestion: Suggestion.nearest(to: text, among: words).map(Suggestion.meant)
                ?? "a word of your own is a label: `requires: {labels: {…}}`")
    }
}
