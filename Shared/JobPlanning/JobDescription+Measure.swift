import AgentProtocol
import ProjectFile

extension JobDescription.Isolation {
    /// What an entry asks for, in the words of a job.
    ///
    /// `required`: what the agent refuses to do without.
    init(_ plan: MeasurePlan, required: [String]) {
        self.init(
            level: Level(rawValue: plan.isolation.rawValue) ?? .full,
            cpus: CPUs(
                count: plan.cpus ?? 1, all: plan.cpus == nil ? true : nil,
                numa: plan.nodes == .spread ? .any : .one,
                threads: plan.threads == .all ? .all : nil),
            memoryMaxBytes: plan.memoryBytes, processesMax: plan.processes,
            diskMaxBytes: plan.diskBytes, network: plan.network == .on ? .on : .off,
            addresses: Addresses(plan.layout), deterministic: plan.isDeterministic,
            pageCache: plan.pageCache == .cold ? .cold : .warm, scheduler: .other,
            tuning: [plan.tuning.rawValue], required: required)
    }
}

extension JobDescription.Isolation.Addresses {
    init(_ layout: MeasurePlan.Layout) {
        self =
            switch layout {
            case .auto: .auto
            case .fixed: .off
            case .random: .on
            case .host: .host
            }
    }
}

extension JobDescription.Counters {
    /// `narrowed`: what the trigger asks for instead. `required`: what the agent refuses to do
    /// without.
    init(_ plan: MeasurePlan, narrowed: [String]?, required: [String]) {
        let fallback: Fallback =
            switch plan.simulated {
            case .off: .none
            case .fallback: .instructionsSimulated
            case .always: .always
            }
        self.init(
            events: narrowed ?? plan.counters, mode: .process, required: required,
            fallback: fallback)
    }
}
