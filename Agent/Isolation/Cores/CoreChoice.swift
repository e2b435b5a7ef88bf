/// Which processors measure and which keep house. Pure; the same input gives the same cores.
///
/// Source: isolation-and-counters.md, section 5. This version has no cpuset partition, so a host
/// never reaches the level `full`.
package struct CoreChoice: Sendable, Equatable {
    /// For the target, ascending: the first hardware thread of each chosen core.
    package let measuring: [Int]
    /// For the agent, ascending. Equal to `measuring` where everything shares.
    package let housekeeping: [Int]
    /// Siblings of measuring threads, which stay in nobody's set.
    package let blocked: [Int]
    package let level: IsolationReceipt.Level
    /// Why the level is not better; one short sentence each.
    package let remarks: [String]

    /// No set of processors can hold the wish.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        case tooFewCores(wanted: Int, usable: Int)

        package var description: String {
            switch self {
            case .tooFewCores(let wanted, let usable):
                "needs \(wanted) whole cores for measuring; this host can give \(usable)"
            }
        }
    }

    /// `count`: whole cores for the target, at least 1. `sharesHousekeeping`: lets the target
    /// have the housekeeping cores too when the host has too few.
    package static func choose(
        _ topology: CpuTopology, count: Int = 1, sharesHousekeeping: Bool = false
    ) throws(Failure) -> CoreChoice {
        let wanted = max(1, count)
        let allowed = Set(topology.allowed)
        let whole = topology.cores.filter { allowed.isSuperset(of: $0.threads) }
        guard whole.count >= 2 else {
            return try everythingShared(topology, whole: whole, wanted: wanted)
        }
        let houseCount = whole.count < 8 ? 1 : 2
        let house = Array(whole.prefix(houseCount))
        var chosen = Array(whole.dropFirst(houseCount).prefix(wanted))
        if chosen.count < wanted {
            guard sharesHousekeeping, whole.count >= wanted else {
                throw .tooFewCores(wanted: wanted, usable: whole.count - houseCount)
            }
            chosen = Array(whole.suffix(wanted))
        }
        return CoreChoice(chosen: chosen, house: house, topology: topology)
    }

    /// One core, or none that is whole: target and agent use the same processor.
    private static func everythingShared(
        _ topology: CpuTopology, whole: [CpuTopology.Core], wanted: Int
    ) throws(Failure) -> CoreChoice {
        guard wanted == 1, let cpu = whole.first?.threads.first ?? topology.allowed.first else {
            throw .tooFewCores(wanted: wanted, usable: min(whole.count, topology.allowed.count))
        }
        let siblings = whole.first.map { Array($0.threads.dropFirst()) } ?? []
        return CoreChoice(
            measuring: [cpu], housekeeping: [cpu], blocked: siblings, level: .none,
            remarks: ["one core only: the agent shares it with the measured program"]
                + virtualRemark(topology))
    }

    private init(
        chosen: [CpuTopology.Core], house: [CpuTopology.Core], topology: CpuTopology
    ) {
        let measuring = chosen.compactMap(\.threads.first).sorted()
        let housekeeping = house.flatMap(\.threads).sorted()
        let shared = !Set(measuring).isDisjoint(with: housekeeping)
        var remarks = ["no processor partition: other programs may use the measuring cores"]
        if shared {
            remarks.append("the agent shares a core with the measured program")
        }
        self.init(
            measuring: measuring, housekeeping: housekeeping,
            blocked: chosen.flatMap { $0.threads.dropFirst() }
                .filter { !housekeeping.contains($0) }.sorted(),
            level: shared ? .none : .partial, remarks: remarks + Self.virtualRemark(topology))
    }

    private init(
        measuring: [Int], housekeeping: [Int], blocked: [Int], level: IsolationReceipt.Level,
        remarks: [String]
    ) {
        self.measuring = measuring
        self.housekeeping = housekeeping
        self.blocked = blocked
        self.level = level
        self.remarks = remarks
    }

    private static func virtualRemark(_ topology: CpuTopology) -> [String] {
        topology.isVirtual ? ["virtual machine: the processor topology is not trusted"] : []
    }
}
