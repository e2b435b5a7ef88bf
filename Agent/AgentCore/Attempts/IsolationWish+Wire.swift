import AgentProtocol
import BenchmarkRunner

extension IsolationWish {
    init(_ wire: JobDescription.Isolation) {
        self.init(
            level: wire.level.rawValue,
            cores: Cores(
                count: wire.cpus.count, takesAll: wire.cpus.all ?? false,
                spansNodes: wire.cpus.numa == .any, usesAllThreads: wire.cpus.threads == .all),
            layout: Self.layout(wire.addressLayout), fixesSeeds: wire.fixesSeeds,
            dropsPageCache: wire.dropsPageCache, tuning: wire.tuning.first,
            limits: Limits(
                processes: wire.processesMax.map(Int64.init), memoryBytes: wire.memoryMaxBytes,
                diskBytes: wire.diskMaxBytes),
            hasNetwork: wire.network == .on, scheduling: Self.scheduling(wire.scheduler),
            required: wire.required)
    }

    private static func layout(_ wire: JobDescription.Isolation.Addresses) -> Layout {
        switch wire {
        case .auto: .auto
        case .off: .fixed
        case .on: .random
        case .host: .host
        }
    }

    private static func scheduling(_ wire: JobDescription.Isolation.Scheduler) -> Scheduling {
        switch wire {
        case .other: .other
        case .fifo: .fifo
        case .batch: .batch
        }
    }
}
