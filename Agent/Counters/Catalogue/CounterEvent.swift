package import FleetModel

/// Something that the kernel can count for a process tree.
package struct CounterEvent: Hashable, Sendable {
    /// Who counts; the number is perf_event_open(2)'s type.
    package enum Kind: UInt32, Sendable {
        case hardware = 0
        case software = 1
        case cache = 3
    }

    /// Whose work is counted.
    package enum Scope: Sendable {
        case user
        case kernel
        /// Needed by software events: they happen inside the kernel.
        case all
    }

    /// What the kernel's number means.
    package enum Count: Sendable {
        case things
        case nanoseconds
    }

    /// As users write it, with `:u` for user only: `instructions:u`.
    package let name: String
    package let kind: Kind
    package let config: UInt64
    package let scope: Scope
    package let set: CounterSet
    package let counts: Count
    package let better: Better

    package init(
        _ name: String, _ kind: Kind, _ config: UInt64, scope: Scope, set: CounterSet,
        counts: Count = .things, better: Better
    ) {
        self.name = name
        self.kind = kind
        self.config = config
        self.scope = scope
        self.set = set
        self.counts = counts
        self.better = better
    }

    /// Without the `:u` that files and messages may leave out.
    package var plainName: String {
        name.hasSuffix(":u") ? String(name.dropLast(2)) : name
    }

    /// The metric's slug: `branch-misses:u` gives `branch_misses`, `cycles:k` gives `cycles_k`.
    package var metric: String {
        String(plainName.map { $0 == "-" || $0 == ":" ? "_" : $0 })
    }

    /// The canonical unit of the metric.
    package var unit: String { counts == .nanoseconds ? "s" : "count" }

    package var provider: Provider { kind == .software ? .softwareEvent : .hardware }

    /// A count of the kernel in the metric's unit.
    package func inUnit(_ count: UInt64) -> Double {
        counts == .nanoseconds ? Double(count) * 1e-9 : Double(count)
    }

    /// `pmu`: named only where one processor has several.
    package func identity(pmu: String? = nil) -> MetricIdentity {
        MetricIdentity(
            name: metric, unit: unit, better: better, provider: provider,
            pmu: kind == .software ? nil : pmu)
    }
}

/// Events that are asked for together (isolation-and-counters.md, section 2.1).
package enum CounterSet: String, Sendable, CaseIterable {
    case core
    case branch
    case cache
    case memory
    case kernel
    case freq
    /// Always counted; not a word of the project file.
    case software
}
