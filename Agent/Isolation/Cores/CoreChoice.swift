/// Which processors measure and which keep house. Pure; the same input gives the same cores.
///
/// Runs share no host: two at a time would share caches, memory and power.
/// Source: isolation-and-counters.md, section 5.
package struct CoreChoice: Sendable, Equatable {
    /// How far the measured program is by itself.
    package enum Mark: String, Sendable {
        case none, partial, full
        /// A virtual machine: what the processors really are is not known.
        case virtual
    }

    /// For the target, ascending: the first hardware thread of each chosen core, or all.
    package let measuring: [Int]
    /// For the agent, ascending. Equal to `measuring` where everything shares.
    package let housekeeping: [Int]
    /// Siblings of measuring threads, which stay in nobody's set.
    package let blocked: [Int]
    package let level: IsolationReceipt.Level
    package let mark: Mark
    /// Memory nodes of the measuring cores, ascending.
    package let nodes: [Int]
    /// Why the level is not better; one short sentence each.
    package let remarks: [String]
    /// Three cores or more, none of them shared, on a machine of its own.
    package let canBeFull: Bool

    /// No set of processors can hold the wish.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        case tooFewCores(wanted: Int, usable: Int)
        case nodeTooSmall(wanted: Int, largest: Int)
        /// More than a node has, and not as many as some nodes have together.
        case notWholeNodes(wanted: Int, sizes: [Int])

        package var description: String {
            switch self {
            case .tooFewCores(let wanted, let usable):
                "needs \(wanted) whole cores for measuring; this host can give \(usable)"
            case .nodeTooSmall(let wanted, let largest):
                "needs \(wanted) cores in one NUMA node; largest node has \(largest) usable"
            case .notWholeNodes(let wanted, let sizes):
                "needs \(wanted) cores; more than one NUMA node is given whole only, and they "
                    + "have \(sizes.map(String.init).joined(separator: ", ")) usable"
            }
        }
    }

    /// `count`: whole cores for the target, at least 1. `sharesHousekeeping`: lets the target
    /// have the housekeeping cores too when the host has too few.
    package static func choose(
        _ topology: CpuTopology, count: Int = 1, sharesHousekeeping: Bool = false
    ) throws(Failure) -> CoreChoice {
        var wish = CoreWish(count: count)
        wish.sharesHousekeeping = sharesHousekeeping
        return try choose(topology, wish)
    }

    package static func choose(
        _ topology: CpuTopology, _ wish: CoreWish
    ) throws(Failure) -> CoreChoice {
        let house = Housekeeping(topology, asked: wish.housekeeping)
        guard !house.cpus.isEmpty else {
            return try everythingShared(topology, house.measurable, wish)
        }
        do throws(Failure) {
            let search = CoreSearch(cores: house.measurable, policy: wish.policy)
            let chosen =
                wish.takesAll
                ? try search.all() : try search.find(wish.count, spansNodes: wish.spansNodes)
            return CoreChoice(chosen, house.cpus, topology, wish)
        } catch {
            let allowed = Set(topology.allowed)
            let whole = topology.cores.filter { allowed.isSuperset(of: $0.threads) }
            guard wish.sharesHousekeeping, case .tooFewCores = error, whole.count >= wish.count
            else { throw error }
            return CoreChoice(
                Array(whole.suffix(wish.count)), house.cpus, topology, wish)
        }
    }

    /// One core, or none that is whole: target and agent use the same processor.
    private static func everythingShared(
        _ topology: CpuTopology, _ whole: [CpuTopology.Core], _ wish: CoreWish
    ) throws(Failure) -> CoreChoice {
        guard wish.count == 1 || wish.takesAll,
            let cpu = whole.first?.threads.first ?? topology.allowed.first
        else {
            throw .tooFewCores(
                wanted: wish.count, usable: min(whole.count, topology.allowed.count))
        }
        let siblings = whole.first.map { Array($0.threads.dropFirst()) } ?? []
        return CoreChoice(
            measuring: [cpu], housekeeping: [cpu], blocked: siblings, level: .none, mark: .none,
            nodes: whole.first.map { [$0.node] } ?? [0],
            remarks: ["one core only: the agent shares it with the measured program"]
                + remarks(topology))
    }

    private init(
        _ chosen: [CpuTopology.Core], _ house: [Int], _ topology: CpuTopology, _ wish: CoreWish
    ) {
        let threads = chosen.flatMap {
            wish.threads == .all ? $0.threads : Array($0.threads.prefix(1))
        }
        let measuring = threads.sorted()
        let isShared = !Set(measuring).isDisjoint(with: house)
        let blocked = chosen.flatMap(\.threads)
            .filter { !measuring.contains($0) && !house.contains($0) }.sorted()
        var remarks: [String] = []
        remarks.append(Self.withoutPartition)
        if isShared { remarks.append("the agent shares a core with the measured program") }
        if !blocked.isEmpty { remarks.append(Self.busySiblings) }
        if topology.isHybrid {
            remarks.append(
                "runs are limited to performance cores, here "
                    + measuring.map(String.init).joined(separator: ","))
        }
        let canBeFull = !isShared && topology.cores.count >= 3 && !topology.isVirtual
        let level: IsolationReceipt.Level = isShared ? .none : .partial
        self.init(
            measuring: measuring, housekeeping: house, blocked: blocked, level: level,
            mark: topology.isVirtual ? .virtual : Mark(rawValue: level.rawValue) ?? .none,
            nodes: Set(chosen.map(\.node)).sorted(),
            remarks: remarks + Self.remarks(topology), canBeFull: canBeFull)
    }

    private static let withoutPartition =
        "no processor partition: other programs may use the measuring cores"
    private static let busySiblings = "sibling threads may still run other work"

    /// The same cores with what keeps others off them. The one place that says how far measured
    /// programs are alone: receipts, capabilities, grades of noise, canaries and the doctor ask it.
    package func guarded(by guards: CoreGuards) -> CoreChoice {
        guard guards.hasPartition else { return self }
        let isFull = canBeFull && guards.hasMovedInterrupts
        var remarks = remarks.filter { $0 != Self.withoutPartition && $0 != Self.busySiblings }
        if canBeFull, !guards.hasMovedInterrupts {
            remarks.append("interrupts may still come to the measuring cores")
        }
        return CoreChoice(
            measuring: measuring, housekeeping: housekeeping, blocked: blocked,
            level: isFull ? .full : level, mark: isFull ? .full : mark, nodes: nodes,
            remarks: remarks, canBeFull: canBeFull)
    }

    private init(
        measuring: [Int], housekeeping: [Int], blocked: [Int], level: IsolationReceipt.Level,
        mark: Mark, nodes: [Int], remarks: [String], canBeFull: Bool = false
    ) {
        self.measuring = measuring
        self.housekeeping = housekeeping
        self.blocked = blocked
        self.level = level
        self.mark = mark
        self.nodes = nodes
        self.remarks = remarks
        self.canBeFull = canBeFull
    }

    private static func remarks(_ topology: CpuTopology) -> [String] {
        topology.isVirtual ? ["virtual machine: the processor topology is not trusted"] : []
    }
}
