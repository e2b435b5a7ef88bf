import AgentProtocol
import CrashPoints
import FleetModel
import Logging
import Spool

/// Says that an attempt lives, and hears what is wanted of it. Source: API contract, §4.7.
actor Heartbeats {
    private let line: AttemptLine
    private let intervals: ProtocolIntervals
    private let clock: @Sendable () -> Int64
    private let logger: Logger
    private let sealWhilePreparing: @Sendable () -> Void
    private var beat: Int64 = 0
    private var lastSent: Int64
    private var lastPhase: AttemptPhase?
    private var quietUntil: Int64 = 0
    private var isSending = false

    init(
        line: AttemptLine, intervals: ProtocolIntervals, clock: @escaping @Sendable () -> Int64,
        logger: Logger, sealWhilePreparing: @escaping @Sendable () -> Void
    ) {
        self.line = line
        self.intervals = intervals
        self.clock = clock
        self.logger = logger
        self.sealWhilePreparing = sealWhilePreparing
        lastSent = clock() - intervals.heartbeat.count
    }

    /// Beats until the task is cancelled; silent while a promise of silence holds.
    func loop() async {
        while !Task.isCancelled {
            if clock() >= quietUntil {
                if line.spool.progress.phase.attemptState == .preparing { sealWhilePreparing() }
                await send(quietFor: nil)
            }
            do { try await line.client.pause(intervals.heartbeat.duration) } catch { return }
        }
    }

    /// Between two repetitions: beats if it is time, so that none has to be sent during the next,
    /// and when the phase has changed, so that people see it.
    func pause(quietFor: Duration?) async {
        if quietFor == nil { quietUntil = 0 }
        let isNews = line.spool.progress.phase != lastPhase
        let isTime = quietFor != nil && clock() - lastSent >= intervals.heartbeat.count
        guard isNews || isTime else { return }
        await send(
            quietFor: quietFor.map { Nanoseconds(min($0, intervals.quietMax.duration)) })
    }

    private func send(quietFor: Nanoseconds?) async {
        guard !isSending else { return }
        isSending = true
        defer { isSending = false }
        lastSent = clock()
        lastPhase = line.spool.progress.phase
        beat += 1
        var call = line.call("POST", "heartbeat")
        call.timeout = .seconds(10)
        CrashPoint.heartbeatSending.reach()
        do throws(CallFailure) {
            let (reply, raw): (HeartbeatReply, AgentReply) = try await line.client.exchange(
                request(quietFor), call, tries: 1)
            CrashPoint.heartbeatAnswered.reach()
            line.heed(max(reply.cancel, raw.cancel ?? .none))
            if let quietFor { quietUntil = clock() + quietFor.count }
        } catch {
            await heed(error)
        }
    }

    private func request(_ quietFor: Nanoseconds?) -> HeartbeatRequest {
        let progress = line.spool.progress
        let asked = line.cancelAsked
        return HeartbeatRequest(
            beat: beat, phase: line.spool.life == .finished ? .upload : progress.phase,
            progress: progress.progress, done: progress.done, total: progress.total,
            benchmark: progress.benchmark, quietFor: quietFor,
            spool: .init(bytes: line.spool.spoolBytes, lastSequence: line.spool.lastSequence),
            logLength: line.spool.logLength, cancelAcknowledged: asked == .none ? nil : asked)
    }

    private func heed(_ failure: CallFailure) async {
        guard case .refused(let refusal) = failure else {
            return logger.with(.error, "\(failure)").debug("no answer to the heartbeat")
        }
        switch refusal.reason {
        case .fenced, .terminal, .unknownAttempt, .sessionSuperseded:
            logger.with(.reason, refusal.reasonWord).warning("the attempt is wanted no more")
            line.endWork()
        case .unknownSession:
            // The uploader or the next claim meets a failure of this again, and reports it.
            _ = try? await line.renewSession()
        default: logger.with(.error, "\(refusal)").warning("the heartbeat was refused")
        }
    }
}
