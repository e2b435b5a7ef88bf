package import FleetModel

/// Something that the kernel can count of an execution.
package struct CounterEvent: Hashable, Sendable {
    /// Who counts.
    package enum Kind: Sendable {
        /// What every processor has, by the kernel's own number.
        case hardware
        case cache
        case software
        /// What the folder of a counting unit describes.
        case unit
    }

    /// Whose work is counted.
    package enum Scope: Sendable {
        case user
        case kernel
        /// Needed by software events, which happen inside the kernel, and by units outside of a
        /// processor, which cannot tell.
        case all
    }

    /// Where an event can be counted.
    package enum Place: Sendable {
        /// Attached to the processes of an execution.
        case tree
        /// For a whole processor, whoever works on it.
        case processors
        /// For whole packages, on the processors that the unit names.
        case packages
    }

    /// What the kernel's number means.
    package enum Count: Sendable {
        case things
        case nanoseconds
        /// Times the scale that the unit's folder has.
        case joules
    }

    /// As users write it, with `:u` for user only: `instructions:u`.
    package let name: String
    package let kind: Kind
    /// The kernel's own number; 0 for a unit's event.
    package let config: UInt64
    package let scope: Scope
    package let set: CounterSet
    package let counts: Count
    package let better: Better
    package let place: Place
    /// Where a unit's event is described; `nil` for the others.
    package let described: UnitEvent?

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
        place = .tree
        described = nil
    }

    /// An event of a unit's folder.
    package init(
        _ name: String, of described: UnitEvent, at place: Place, set: CounterSet,
        counts: Count = .things, better: Better = .none
    ) {
        self.name = name
        kind = .unit
        config = 0
        scope = place == .tree ? .user : .all
        self.set = set
        self.counts = counts
        self.better = better
        self.place = place
        self.described = described
    }

    /// Whether it uses a counter of the processor.
    package var usesProcessor: Bool { kind != .software && place == .tree }

    /// Without the `:u` that files and messages may leave out.
    package var plainName: String {
        name.hasSuffix(":u") ? String(name.dropLast(2)) : name
    }

    /// The metric's slug: `branch-misses:u` gives `branch_misses`, `cycles:k` gives `cycles_k`,
    /// `cpu/event=0x3c,umask=1/` gives `cpu_event_0x3c_umask_1`.
    package var metric: String {
        var slug = ""
        for byte in plainName.lowercased().utf8 {
            let isKept = (97...122).contains(byte) || (48...57).contains(byte)
            if isKept {
                slug.unicodeScalars.append(Unicode.Scalar(byte))
            } else if !slug.isEmpty, !slug.hasSuffix("_") {
                slug += "_"
            }
        }
        while slug.hasSuffix("_") { slug.removeLast() }
        return slug
    }

    /// The canonical unit of the metric.
    package var unit: String {
        switch counts {
        case .things: "count"
        case .nanoseconds: "s"
        case .joules: "J"
        }
    }

    package var provider: Provider { kind == .software ? .softwareEvent : .hardware }

    /// `pmu`: named only where one processor has several. `unit`: what a unit's folder says.
    package func identity(pmu: String? = nil, unit: String? = nil) -> MetricIdentity {
        MetricIdentity(
            name: metric, unit: unit ?? self.unit, better: better, provider: provider,
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
    case topdown
    case energy
    /// Always counted; not a word of the project file.
    case software
    /// Spelled out by the user; not a word of the project file.
    case raw

    /// Whether a project file may name it.
    package var isWord: Bool { self != .software && self != .raw }
}
