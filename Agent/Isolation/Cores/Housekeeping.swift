/// The processors on which the agent, interrupts and everything else live.
///
/// Source: isolation-and-counters.md, section 5, rule 2.
package struct Housekeeping: Sendable, Equatable {
    /// Ascending; empty where there is no core to spare.
    package let cpus: [Int]
    /// What is left for measuring, by lowest thread: whole cores alone.
    package let measurable: [CpuTopology.Core]

    /// All hardware threads of the cores that are left, ascending.
    package var measurableCPUs: [Int] { measurable.flatMap(\.threads).sorted() }

    /// `asked`: what an operator says; `nil` lets the rule decide. More than there is to give up is
    /// as if nothing could be spared.
    package init(_ topology: CpuTopology, asked: [Int]?) {
        let allowed = Set(topology.allowed)
        let whole = topology.cores.filter { allowed.isSuperset(of: $0.threads) }
        guard let asked else {
            self = Self.ruled(topology, whole: whole, allowed)
            return
        }
        let house = Set(asked).intersection(allowed)
        let free = whole.filter { house.isDisjoint(with: $0.threads) }
        cpus = free.isEmpty ? [] : house.sorted()
        measurable = free.isEmpty ? whole : free
    }

    private init(cpus: [Int], measurable: [CpuTopology.Core]) {
        self.cpus = cpus
        self.measurable = measurable
    }

    /// The core of processor 0 first: most interrupts that cannot be moved are there.
    private static func ruled(
        _ topology: CpuTopology, whole: [CpuTopology.Core], _ allowed: Set<Int>
    ) -> Housekeeping {
        // A core that is not all ours cannot measure, and keeps house without loss.
        if let first = topology.cores.first, !whole.contains(first) {
            let part = first.threads.filter { allowed.contains($0) }
            if !part.isEmpty, whole.count >= 1 {
                return Housekeeping(cpus: part, measurable: whole)
            }
        }
        guard whole.count >= 2 else { return Housekeeping(cpus: [], measurable: whole) }
        var house = Array(whole.prefix(whole.count < 8 ? 1 : 2))
        let ownNodes = Set(house.map(\.node))
        for node in topology.deviceNodes.subtracting(ownNodes).sorted() {
            let cores = whole.filter { $0.node == node }
            if cores.count > 1, let first = cores.first { house.append(first) }
        }
        return Housekeeping(
            cpus: house.flatMap(\.threads).sorted(),
            measurable: whole.filter { !house.contains($0) })
    }
}
