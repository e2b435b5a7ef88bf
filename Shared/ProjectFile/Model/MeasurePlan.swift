/// How an entry is measured (project-file.md section 2.5).
package struct MeasurePlan: Sendable {
    package enum Provider: String, Sendable {
        case hardware
        case softwareEvent = "software_event"
        case toolReported = "tool_reported"
    }
    package enum Simulation: String, Sendable { case off, fallback, always }
    package enum Threads: String, Sendable { case one, all }
    package enum Nodes: String, Sendable { case one, spread }
    package enum Layout: String, Sendable { case auto, fixed, random, host }
    package enum Isolation: String, Sendable { case full, partial, none }
    package enum Tuning: String, Sendable {
        case observe
        case standard = "default"
        case strict
        case fixedFrequency = "fixed-frequency"
    }
    package enum PageCache: String, Sendable { case warm, cold }
    package enum Profile: String, Sendable { case off, regression, always }

    /// Sets, events or raw `pmu/term=value/`; empty for `none`.
    package let counters: [String]
    package let providers: [Provider]
    package let simulated: Simulation
    /// Whole physical cores; nothing means all.
    package let cpus: Int?
    package let threads: Threads
    package let nodes: Nodes
    package let layout: Layout
    package let network: OnOff
    package let isolation: Isolation
    package let tuning: Tuning
    /// Nothing means 80 % of the host's memory.
    package let memoryBytes: Int64?
    package let processes: Int
    package let diskBytes: Int64
    package let pageCache: PageCache
    package let isDeterministic: Bool
    package let profile: Profile

    init(_ table: SettingTable) {
        counters = table.texts("counters").filter { $0 != "none" }
        providers = table.words("providers")
        simulated = table.optionalWord("simulated") ?? .off
        cpus = table.integer("cpus")
        threads = table.word("smt")
        nodes = table.word("numa")
        layout = table.word("aslr")
        network = table.word("network")
        isolation = table.word("isolation")
        tuning = table.word("tuning")
        memoryBytes = table["memory"]?.bytes
        processes = table.need("processes", \.integer)
        diskBytes = table.need("disk", \.bytes)
        pageCache = table.word("page_cache")
        isDeterministic = table.isTrue("deterministic")
        profile = table.word("profile")
    }
}
