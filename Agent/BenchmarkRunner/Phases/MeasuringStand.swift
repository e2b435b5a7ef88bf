import FleetModel
import Isolation
import Synchronization
import Workspaces

/// Where an entry is measured: on which processors, on a host tuned how, and watched by whom.
struct MeasuringStand: Sendable {
    let wish: IsolationWish
    let cores: CoreChoice
    /// `nil` where nothing is graded.
    let noise: NoiseWatch?
    /// `nil` where nobody looks after it.
    let tuning: TuningOutcome?
    /// `nil` where executions find what was read before.
    let pageCache: PageCache?
    /// What the entry asked for and does not get of the above.
    let lacks: [IsolationFacts.Missing]

    /// Chooses the processors; nothing of the host is touched yet.
    ///
    /// - Throws: a refusal for what this host can never give.
    static func cores(
        for wish: IsolationWish, on host: RunnerHost, turn: Int
    ) throws(RunnerStop) -> CoreChoice {
        let choice: CoreChoice
        do throws(CoreChoice.Failure) {
            var cores = CoreWish(count: wish.cores.count)
            cores.takesAll = wish.cores.takesAll
            cores.threads = wish.cores.usesAllThreads ? .all : .first
            cores.spansNodes = wish.cores.spansNodes
            cores.sharesHousekeeping = true
            cores.housekeeping = host.housekeeping
            if host.rotation != nil { cores.policy = .rotate(turn: turn) }
            choice = try CoreChoice.choose(host.topology, cores)
        } catch {
            throw .refused(Failure(.infraHost, .isolationFailed, "This host \(error)."))
        }
        let missing = RequiredIsolation.missing(
            wish.required, level: choice.level,
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
        let cores = try cores(for: wish, on: host, turn: turn)
        var noise = before?.noise
        if before?.cores != cores {
            noise = host.noise.map {
                NoiseWatch(
                    $0, cores: cores, isVirtual: host.topology.isVirtual, counting: host.counting,
                    clock: host.clock)
            }
        }
        let asked = wish.tuning.flatMap(TuningProfile.init(rawValue:))
        let tuning = await host.tuning?.begin(asked)
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
            wish: wish, cores: cores, noise: noise, tuning: tuning, pageCache: pageCache,
            lacks: lacks)
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

    func next() -> Int {
        turns.withLock { turn in
            defer { turn &+= 1 }
            return turn
        }
    }
}
