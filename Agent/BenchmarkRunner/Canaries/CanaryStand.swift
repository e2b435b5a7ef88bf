import Isolation

/// Where canaries run: on the cores of a job, kept from others as the job's programs are.
package struct CanaryStand: Sendable, Equatable {
    let cpus: [Int]
    /// Nobody else may be put on them.
    let ownsCPUs: Bool
    /// Whether a second deviation in a row stops the host: where it has no neighbours to blame.
    let mayQuarantine: Bool

    /// `cores`: as the job has them.
    init(_ cores: CoreChoice, _ wish: IsolationWish) {
        cpus = cores.measuring
        ownsCPUs = wish.ownsCores
        mayQuarantine = cores.level == .full
    }
}

extension HostCores {
    /// Where the next job that asks for nothing of its own would be, on the host as it is tuned for
    /// that; `nil` where no core can be had.
    func canaryStand(_ tuning: TunedHost?) async -> CanaryStand? {
        let wish = IsolationWish(level: "full")
        guard let choice = try? choose(wish, turn: rotation?.next ?? 0) else { return nil }
        let outcome = await tuning?.begin(.default)
        return CanaryStand(guarded(choice, wish, outcome), wish)
    }
}
