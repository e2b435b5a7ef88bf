/// Finds the cores for one run among those that are free: one kind, one memory node, one cache.
///
/// Source: isolation-and-counters.md, section 5, rule 3. Pure, and the same each time.
struct CoreSearch {
    /// By lowest thread.
    let cores: [CpuTopology.Core]
    let policy: CoreWish.Policy

    /// Cores of the fastest kind.
    private var fastest: [CpuTopology.Core] {
        let best = cores.map(\.capacity).max()
        let fast = cores.filter { $0.capacity == best }
        let big = fast.filter { $0.unit != "cpu_atom" }
        return big.isEmpty ? fast : big
    }

    /// All that are of the fastest kind; never none.
    func all() throws(CoreChoice.Failure) -> [CpuTopology.Core] {
        let cores = fastest
        guard !cores.isEmpty else { throw .tooFewCores(wanted: 1, usable: 0) }
        return cores
    }

    /// - Throws: where they do not fit, with the numbers.
    func find(_ count: Int, spansNodes: Bool) throws(CoreChoice.Failure) -> [CpuTopology.Core] {
        let cores = fastest
        guard cores.count >= count else {
            throw .tooFewCores(wanted: count, usable: cores.count)
        }
        let nodes = Self.groups(cores, by: \.node)
        let fitting = nodes.filter { $0.count >= count }
        guard !fitting.isEmpty else {
            guard spansNodes else {
                throw .nodeTooSmall(wanted: count, largest: nodes.map(\.count).max() ?? 0)
            }
            return try wholeNodes(nodes, count)
        }
        // The smallest cache that holds them all; without one, the smallest node.
        let caches = fitting.flatMap { Self.groups($0, by: \.cache) }.filter { $0.count >= count }
        let domains = caches.isEmpty ? fitting : caches
        let least = domains.map(\.count).min() ?? 0
        let equals = domains.filter { $0.count == least }
        return take(count, from: equals)
    }

    /// Of equally good domains the first; or the next with each turn, and within one domain the
    /// next cores.
    private func take(
        _ count: Int, from domains: [[CpuTopology.Core]]
    ) -> [CpuTopology.Core] {
        guard case .rotate(let turn) = policy, let size = domains.first?.count else {
            return Array(domains.first?.prefix(count) ?? [])
        }
        let places = max(1, size / count)
        let turns = domains.count * places
        let place = ((turn % turns) + turns) % turns
        let domain = domains[place % domains.count]
        let start = place / domains.count * count
        return Array(domain[start..<(start + count)])
    }

    private func wholeNodes(
        _ nodes: [[CpuTopology.Core]], _ count: Int
    ) throws(CoreChoice.Failure) -> [CpuTopology.Core] {
        var chosen: [CpuTopology.Core] = []
        for node in nodes where chosen.count < count { chosen += node }
        guard chosen.count == count else {
            throw .notWholeNodes(wanted: count, sizes: nodes.map(\.count))
        }
        return chosen
    }

    /// By the lowest core of each.
    private static func groups(
        _ cores: [CpuTopology.Core], by key: KeyPath<CpuTopology.Core, Int>
    ) -> [[CpuTopology.Core]] {
        var order: [Int] = []
        var groups: [Int: [CpuTopology.Core]] = [:]
        for core in cores {
            let place = core[keyPath: key]
            if groups[place] == nil { order.append(place) }
            groups[place, default: []].append(core)
        }
        return order.compactMap { groups[$0] }
    }
}
