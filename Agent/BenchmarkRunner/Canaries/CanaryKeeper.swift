package import HostFacts
package import Isolation
import Synchronization
package import Workspaces

/// Runs this host's canaries through the launcher, where a job's programs would run, and keeps the
/// book that says what they took before.
package final class CanaryKeeper: Sendable {
    package struct Parts: Sendable {
        package var launcher: any ProgramLauncher
        /// The path of `fleetmark-canary`.
        package var program: String
        /// An empty folder that the programs' user may write in.
        package var folder: String
        package var identity: ProcessIdentity?
        package var cores: HostCores
        package var rooms: RoomSettings
        /// Of the last level; `nil` where the kernel does not say.
        package var lastCacheBytes: Int64?
        package var counting: HostCounting
        package var agent: String
        /// Tunes the host as an attempt does; `nil` where it is left alone.
        package var tuning: TunedHost?
        /// When all of them run by themselves.
        package var schedule: Schedule
        package var key: @Sendable () -> CanaryBook.Key
        /// CLOCK_MONOTONIC_RAW in nanoseconds.
        package var clock: @Sendable () -> Int64
        /// Seconds since 1970; only tells a day from the next.
        package var wallSeconds: @Sendable () -> Int64
        /// Keeps the book over restarts.
        package var store: @Sendable (CanaryBook) -> Void

        package init(
            launcher: any ProgramLauncher, program: String, folder: String,
            identity: ProcessIdentity?, cores: HostCores,
            rooms: RoomSettings = RoomSettings(), lastCacheBytes: Int64?,
            counting: HostCounting, agent: String,
            tuning: TunedHost? = nil, schedule: Schedule = .standard,
            key: @escaping @Sendable () -> CanaryBook.Key,
            clock: @escaping @Sendable () -> Int64, wallSeconds: @escaping @Sendable () -> Int64,
            store: @escaping @Sendable (CanaryBook) -> Void
        ) {
            self.launcher = launcher
            self.program = program
            self.folder = folder
            self.identity = identity
            self.cores = cores
            self.rooms = rooms
            self.lastCacheBytes = lastCacheBytes
            self.counting = counting
            self.agent = agent
            self.tuning = tuning
            self.schedule = schedule
            self.key = key
            self.clock = clock
            self.wallSeconds = wallSeconds
            self.store = store
        }
    }

    /// When all canaries run without being asked for.
    package enum Schedule: Sendable, Equatable {
        /// At the first start, after an update, and each night at so many seconds after midnight
        /// UTC; `nil` leaves the nights out.
        case own(night: Int64?)
        /// Only when the controller asks.
        case asked

        package static let standard = Schedule.own(night: 2 * 3600)
    }

    /// What a round of canaries came to.
    package struct Round: Sendable, Equatable {
        package var points: [CanaryPoint] = []
        /// Why one gave no reading, one sentence each.
        package var problems: [String] = []

        package init(points: [CanaryPoint] = [], problems: [String] = []) {
            self.points = points
            self.problems = problems
        }

        /// The worst of its points.
        package var state: CanaryState {
            let order: [CanaryState] = [.quarantine, .warn, .valid]
            return order.first { state in points.contains { $0.state == state } } ?? .unknown
        }
    }

    /// Each canary's runs in the full form.
    package static let fullRuns = CanaryReference.size
    /// A short form is not repeated within this time: the end of one job is the beginning of the
    /// next.
    static let freshNanoseconds: Int64 = 120_000_000_000
    /// After disturbed executions no more often than this.
    static let disturbedNanoseconds: Int64 = 60_000_000_000

    /// While one job goes on.
    static let regularNanoseconds: Int64 = 600_000_000_000

    let parts: Parts
    private let state: Mutex<State>

    private struct State {
        var book: CanaryBook
        /// When the short form last ran, and how it ended.
        var lastShort: (at: Int64, state: CanaryState)?
    }

    package init(_ parts: Parts, book: CanaryBook) {
        self.parts = parts
        state = Mutex(State(book: book))
    }

    /// Whether all canaries must run before this host measures on: a new kernel or agent, a night.
    package var isFullDue: Bool {
        guard case .own(let night) = parts.schedule else { return false }
        let (key, now) = (parts.key(), parts.wallSeconds())
        return state.withLock {
            $0.book.isFullDue(for: key, agent: parts.agent, at: now, night: night)
        }
    }

    /// Whether nothing is known of the host as it is tuned now, and this host runs canaries by
    /// itself.
    var isCalibrationDue: Bool {
        guard case .own = parts.schedule else { return false }
        let key = parts.key()
        return state.withLock { !$0.book.isCalibrated(for: key) }
    }

    /// What the references say of the host as it is tuned now.
    package var calibration: HostCalibration {
        let key = parts.key()
        return state.withLock { state in
            HostCalibration(
                noiseFloor: state.book.noiseFloor(for: key).flatMap { $0.isFinite ? $0 : nil },
                counterOverhead: state.book.counterOverhead(for: key))
        }
    }

    /// All canaries, ten times each, and what counting costs, on the host as the next job that asks
    /// for nothing of its own would find it.
    package func full(_ cancellation: AttemptCancellation) async -> Round {
        let idle = parts.key().tuning
        guard let stand = await parts.cores.canaryStand(parts.tuning) else {
            return Round(problems: ["There is no core for canaries."])
        }
        defer { parts.tuning?.used() }
        return await full(cancellation, on: stand, idle: idle)
    }

    /// The same where a job stands. `idle`: the tuning before the host was tuned for them.
    func full(
        _ cancellation: AttemptCancellation, on stand: CanaryStand, idle: String? = nil
    ) async -> Round {
        var round = await run(CanaryProgram.all, Self.fullRuns, stand, cancellation.launches)
        let overhead = await counterOverhead(stand, cancellation, &round)
        guard !cancellation.isCancelled else { return round }
        let (key, now) = (parts.key(), parts.wallSeconds())
        let book = state.withLock { state in
            state.book.noteFull(
                for: key, idle: idle ?? key.tuning, agent: parts.agent, at: now,
                counterOverhead: overhead)
            return state.book
        }
        parts.store(book)
        return round
    }

    private func counterOverhead(
        _ stand: CanaryStand, _ cancellation: AttemptCancellation, _ round: inout Round
    ) async -> Double? {
        guard !cancellation.isCancelled else { return nil }
        let run = CanaryRun(parts: parts, stand: stand, program: .short)
        switch await run.pairs(Self.fullRuns, cancellation.launches) {
        case .success(let pairs): return CounterOverhead.share(of: pairs)
        case .failure(let problem):
            round.problems.append("What counting costs is not known. \(problem.text)")
            return nil
        }
    }

    /// One run of the first canary.
    func short(_ cancellation: AttemptCancellation, on stand: CanaryStand) async -> Round {
        let round = await run([CanaryProgram.short], 1, stand, cancellation.launches)
        let now = parts.clock()
        state.withLock { $0.lastShort = (now, round.state) }
        return round
    }

    /// Whether a short form was run just now, and did not deviate.
    var isFresh: Bool {
        guard let last = state.withLock({ $0.lastShort }), !last.state.isDeviant else {
            return false
        }
        return parts.clock() - last.at < Self.freshNanoseconds
    }

    /// Whether a disturbed execution is a reason to look again.
    var isDueAfterDisturbance: Bool {
        guard let last = state.withLock({ $0.lastShort }) else { return true }
        return parts.clock() - last.at >= Self.disturbedNanoseconds
    }

    /// Whether the last look is long ago; without one a job asked for none before it.
    var isDueBetweenRuns: Bool {
        guard let last = state.withLock({ $0.lastShort }) else { return false }
        return parts.clock() - last.at >= Self.regularNanoseconds
    }

    private func run(
        _ programs: [CanaryProgram], _ runs: Int, _ stand: CanaryStand,
        _ cancellation: LaunchCancellation
    ) async -> Round {
        var round = Round()
        let key = parts.key()
        for program in programs where cancellation.urgency == nil {
            let run = CanaryRun(parts: parts, stand: stand, program: program)
            switch await run.reading(runs, cancellation) {
            case .failure(let problem): round.problems.append(problem.text)
            case .success(let reading):
                let point = state.withLock {
                    $0.book.take(reading, for: key, mayQuarantine: stand.mayQuarantine)
                }
                round.points.append(point)
            }
        }
        let book = state.withLock { $0.book }
        parts.store(book)
        return round
    }
}
