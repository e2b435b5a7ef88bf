/// Events that the processor counts all together or not at all, so that their ratios are exact.
/// The first is the leader. Never empty.
package struct CounterGroup: Sendable, Equatable {
    package let events: [CounterEvent]

    package init?(_ events: [CounterEvent]) {
        guard !events.isEmpty else { return nil }
        self.events = events
    }

    /// Counters of the processor that the group needs. Top-down events are parts of one, `slots`.
    package var cost: Int {
        if events[0].set == .topdown { return 1 }
        return events.count(where: \.usesProcessor)
    }
}

/// Which groups one execution counts. What does not fit is never multiplexed: it takes further
/// executions (isolation-and-counters.md, section 2.2).
package enum CounterPasses {
    /// Events that share a group when both are wanted.
    private static let together: [[String]] = [
        ["instructions:u", "cycles:u"], ["branches:u", "branch-misses:u"],
        ["cache-references:u", "cache-misses:u"], ["l1d-read-misses:u", "dtlb-read-misses:u"],
        ["instructions:k", "cycles:k"],
        [
            "topdown.slots", "topdown.retiring", "topdown.bad-spec", "topdown.fe-bound",
            "topdown.be-bound",
        ],
    ]

    /// - Returns: the groups of execution i at index i modulo the count; every pass has the core
    ///   group and the software events. At least one pass, unless nothing is wanted.
    package static func passes(of events: [CounterEvent], budget: Int) -> [[CounterGroup]] {
        let groups = groups(of: events)
        let always = groups.filter { $0.events[0].set == .core || $0.cost == 0 }
        let base = always.reduce(0) { $0 + $1.cost }
        var passes: [[CounterGroup]] = []
        var current = always
        var cost = base
        for group in groups where !always.contains(group) {
            if cost > base, cost + group.cost > budget {
                passes.append(current)
                current = always
                cost = base
            }
            current.append(group)
            cost += group.cost
        }
        if !current.isEmpty { passes.append(current) }
        return passes
    }

    static func groups(of events: [CounterEvent]) -> [CounterGroup] {
        var rest = events
        var groups: [CounterGroup] = []
        while let first = rest.first {
            let names = together.first { $0.contains(first.name) } ?? [first.name]
            let members = rest.filter { names.contains($0.name) }
            rest.removeAll { names.contains($0.name) }
            if let group = CounterGroup(members) { groups.append(group) }
        }
        return groups
    }
}
