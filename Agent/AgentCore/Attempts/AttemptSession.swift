import AgentProtocol
package import BenchmarkRunner
import CrashPoints
import FleetModel
import Logging
import Spool

/// What does the work of an attempt; the runner, or a stand-in in tests.
package protocol AttemptWorker: Sendable {
    func run(
        _ plan: AttemptPlan, sink: any RunnerSink, cancellation: AttemptCancellation
    ) async -> AttemptEnd

    /// There is no work now.
    func rest() async
    /// There will be no more work.
    func stop() async
    /// Why no work may be taken now, for the operator; `nil` where nothing stands in the way.
    func obstacle() async -> String?
}

extension AttemptWorker {
    package func rest() async {}
    package func stop() async {}
    package func obstacle() async -> String? { nil }
}

extension AttemptRunner: AttemptWorker {}

/// One attempt from its spool to the controller's last word: work, heartbeats and uploads beside
/// each other.
struct AttemptSession: Sendable {
    let line: AttemptLine
    let worker: any AttemptWorker
    let reply: SessionReply
    let clock: @Sendable () -> Int64
    let logger: Logger

    /// Works, and sends everything.
    ///
    /// Returns: whether the spool may go.
    func work(
        _ plan: AttemptPlan, secret: String?
    ) async throws(AgentStop) -> UploadMachine.Ending {
        let (news, signal) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let seal = SealRelay()
        let beats = Heartbeats(
            line: line, intervals: reply.intervals, clock: clock, logger: logger,
            sealWhilePreparing: { seal.run() })
        let sink = AttemptSink(
            spool: line.spool, limits: reply.limits, secret: secret, clock: clock,
            onSealed: { signal.yield() },
            onPause: { await beats.pause(quietFor: $0) })
        seal.set { [weak sink] in sink?.sealNow() }
        let start = clock()
        async let _ = beats.loop()
        async let uploading = upload(news)
        let end = blamed(
            await worker.run(plan, sink: sink, cancellation: line.cancellation))
        let stored = await finish(end, since: start)
        logger.with(.outcome, end.outcome.rawValue)
            .with(.detail, end.failure?.detail.rawValue ?? "none").info("attempt ended")
        signal.yield()
        signal.finish()
        let result = await uploading
        if let stored { throw stored }
        return try result.get()
    }

    /// Ends an attempt that nobody works on, unless it has its end, and sends what is left.
    func deliver(
        _ directive: SessionReply.AttemptDirective?, end: AttemptEnd = AttemptSession.crashed
    ) async throws(AgentStop) -> UploadMachine.Ending {
        if let stop = await finish(end, since: clock()) { throw stop }
        let beats = Heartbeats(
            line: line, intervals: reply.intervals, clock: clock, logger: logger,
            sealWhilePreparing: {})
        async let _ = beats.loop()
        let ending = try await uploader.run(
            news: AsyncStream { $0.finish() }, directive: directive)
        return ending
    }

    /// A cancellation that the controller did not ask for is this agent's own stop.
    private func blamed(_ end: AttemptEnd) -> AttemptEnd {
        guard end.outcome == .cancelled, line.cancelAsked == .none else { return end }
        var end = end
        end.outcome = .failed
        end.failure = Failure(.infraTransient, .other, "The agent was stopped.")
        return end
    }

    static let crashed = AttemptEnd(
        .failed,
        failure: Failure(
            .infraTransient, .agentCrash,
            "The agent's process ended while it worked on the attempt."),
        cleanupSucceeded: false)

    private var uploader: Uploader {
        Uploader(line: line, limits: reply.limits, logger: logger)
    }

    private func upload(
        _ news: AsyncStream<Void>
    ) async -> Result<UploadMachine.Ending, AgentStop> {
        do throws(AgentStop) {
            return .success(try await uploader.run(news: news))
        } catch {
            line.endWork()
            return .failure(error)
        }
    }

    /// Stores the end of the attempt, unless it has one. A full disk may have room again later.
    private func finish(_ end: AttemptEnd, since start: Int64) async -> AgentStop? {
        guard line.spool.finishRequest == nil else { return nil }
        let duration = Nanoseconds(.nanoseconds(max(0, clock() - start)))
        var tries = 0
        while true {
            do throws(SpoolFailure) {
                CrashPoint.endStoring.reach()
                try line.spool.finish { last, log in
                    Self.request(end, last: last, log: log, duration)
                }
                CrashPoint.endStored.reach()
                return nil
            } catch {
                tries += 1
                logger.with(.error, "\(error)").error("the attempt's end cannot be stored")
                let stop = AgentStop.local("the attempt's end cannot be stored: \(error)")
                guard error == .full, tries < 30 else { return stop }
                do { try await line.client.pause(.seconds(10)) } catch { return stop }
            }
        }
    }

    private static func request(
        _ end: AttemptEnd, last: Int64, log: Int64, _ duration: Nanoseconds
    ) -> FinishRequest {
        let timeout = end.deadline.flatMap { FailureReport.Timeout(rawValue: $0.rawValue) }
        let failure = end.failure.map { failure in
            FailureReport(
                Failure(
                    failure.failureClass, failure.detail, EventRecords.plain(failure.message),
                    exitStatus: failure.exitStatus, signal: failure.signal,
                    logOffset: failure.logOffset), timeout: timeout)
        }
        return FinishRequest(
            outcome: end.outcome, failure: failure, lastSequence: last, logLength: log,
            cases: end.cases, tuningRestored: end.tuningRestored,
            cleanupSucceeded: end.cleanupSucceeded,
            duration: duration)
    }
}
