package import Isolation

/// Which processors this host gives to its jobs, and how far a job is then alone on them.
package struct HostCores: Sendable {
    package let topology: CpuTopology
    /// Given by the operator; `nil` lets the rule decide.
    package let housekeeping: [Int]?
    /// `nil` measures on the same cores every time.
    package let rotation: CoreRotation?
    /// Launches get all walls, and processors that nobody else is put on.
    private let givesPartitions: Bool

    /// `items`: what the launcher can put around a program.
    package init(
        _ topology: CpuTopology, housekeeping: [Int]? = nil, rotation: CoreRotation? = nil,
        items: Set<String>
    ) {
        self.topology = topology
        self.housekeeping = housekeeping
        self.rotation = rotation
        givesPartitions = items.contains(LaunchAbilities.fullItem)
    }

    func choose(_ wish: IsolationWish, turn: Int) throws(CoreChoice.Failure) -> CoreChoice {
        var cores = CoreWish(count: wish.cores.count)
        cores.takesAll = wish.cores.takesAll
        cores.threads = wish.cores.usesAllThreads ? .all : .first
        cores.spansNodes = wish.cores.spansNodes
        cores.sharesHousekeeping = true
        cores.housekeeping = housekeeping
        if rotation != nil { cores.policy = .rotate(turn: turn) }
        return try CoreChoice.choose(topology, cores)
    }

    /// The cores as the job has them. `tuning`: in force, or foreseen.
    func guarded(
        _ choice: CoreChoice, _ wish: IsolationWish, _ tuning: TuningOutcome?
    ) -> CoreChoice {
        choice.guarded(
            by: CoreGuards(
                hasPartition: wish.ownsCores && givesPartitions,
                hasMovedInterrupts: tuning?.movesInterrupts ?? false))
    }
}
