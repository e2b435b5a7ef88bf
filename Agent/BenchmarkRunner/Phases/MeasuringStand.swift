import FleetModel
import HostFacts
import Isolation
import Synchronization
import Workspaces

/// Where an entry is measured: on which processors, on a host tuned how, and watched by whom.
struct MeasuringStand: Sendable {
    let wish: IsolationWish
    /// As chosen; nothing keeps others off them yet.
    let choice: CoreChoice
    /// The same, with what this host keeps off them while it is tuned so.
    let cores: CoreChoice
    /// `nil` where nothing is graded.
    let noise: NoiseWatch?
    /// `nil` where nobody looks after it.
    let tuning: TuningOutcome?
    /// `nil` where executions find what was read before.
    let pageCache: PageCache?
    /// What the entry asked for and does not get of the above.
    let lacks: [IsolationFacts.Missing]
    /// What the canaries say of the host as it is tuned here; known once they have run.
    var calibration = HostCalibration()

    /// Chooses the processors; nothing of the host is touched yet.
    ///
    /// - Throws: a refusal for what this host can never give.
    static func cores(
        for wish: IsolationWish, on host: RunnerHost, turn: Int
    ) throws(RunnerStop) -> CoreChoice {
        let choice: CoreChoice
        do throws(CoreChoice.Failure) {
            choice = try host.cores.choose(wish, turn: turn)
        } catch {
            throw .refused(Failure(.infraHost, .isolationFailed, "This host \(error)."))
        }
        let foreseen = wish.required.isEmpty ? nil : host.tuning?.preview(wish.profile)
        let missing = RequiredIsolation.missing(
            wish.required, level: host.cores.guarded(choice, wish, foreseen).level,
            possible: host.launcher.items.union(host.pageCache == nil ? [] : [PageCache.item]))
        guard missing.isEmpty else {
            throw .refused(
                Failure(
                    .infraHost, .isolationFailed,
                    "This host cannot give what the job requires: "
                        + missing.joined(separator: ", ")))
        }
        return choice
    }

    /// Tunes the host as the entry asks.
    ///
    /// `before`: the stand of the entry before, whose watch goes on where the processors are the
    /// same.
    static func make(
        for wish: IsolationWish, on host: RunnerHost, turn: Int, after before: MeasuringStand?
    ) async throws(RunnerStop) -> MeasuringStand {
        let choice = try cores(for: wish, on: host, turn: turn)
        // First, since whether interrupts are away is a matter of how samples are graded.
        let asked = wish.profile
        let tuning = await host.tuning?.begin(asked)
        let cores = host.cores.guarded(choice, wish, tuning)
        var noise = before?.noise
        if before?.cores != cores {
            noise = host.noise.map {
                NoiseWatch($0, cores: cores, counting: host.counting, clock: host.clock)
            }
        }
        var lacks: [IsolationFacts.Missing] = []
        if let asked, let tuning, tuning.profile != asked {
            lacks.append(.tuning(asked, tuning))
        }
        var pageCache: PageCache?
        if wish.dropsPageCache {
            pageCache = host.pageCache
            if pageCache == nil, let refusal = host.pageCacheRefusal {
                lacks.append(.init(refusal))
            }
        }
        return MeasuringStand(
            wish: wish, choice: choice, cores: cores, noise: noise, tuning: tuning,
            pageCache: pageCache, lacks: lacks)
    }
}

extension IsolationFacts.Missing {
    init(_ missing: IsolationReceipt.Missing) {
        self.init(item: missing.item, reason: missing.reason, advice: missing.advice)
    }

    fileprivate static func tuning(
        _ asked: TuningProfile, _ found: TuningOutcome
    ) -> IsolationFacts.Missing {
        IsolationFacts.Missing(
            item: "tuning",
            reason: "the job asks for the tuning \(asked.rawValue); in force is "
                + "\(found.profile.rawValue), "
                + (found.reason ?? "which is what this host's operator allows"),
            advice: found.reason == nil
                ? "start the agent with --tuning \(asked.rawValue)" : "")
    }
}

/// Gives each attempt the next of equally good places, to average what differs between cores that
/// should be equal (isolation-and-counters.md, section 5, rule 6).
package final class CoreRotation: Sendable {
    private let turns = Mutex(0)

    package init() {}

    func take() -> Int {
        turns.withLock { turn in
            defer { turn &+= 1 }
            return turn
        }
    }

    /// The turn of the next attempt, which stays its own.
    var next: Int { turns.withLock { $0 } }
}
