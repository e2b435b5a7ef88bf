import AgentProtocol
package import BenchmarkRunner
import FleetModel
package import HostFacts
import Logging

/// What can run all canaries of this host; the keeper, or a stand-in in tests.
package protocol CanaryRunning: Sendable {
    /// A new kernel, microcode, tuning or agent, or a night.
    var isFullDue: Bool { get }
    var calibration: HostCalibration { get }
    func full(_ cancellation: AttemptCancellation) async -> CanaryKeeper.Round
}

extension CanaryKeeper: CanaryRunning {}

/// Runs all canaries between two claims when they are due, and tells the controller.
struct HostCanaries: Sendable {
    let canaries: any CanaryRunning
    let parts: Agent.Parts
    let sessions: SessionKeeper

    /// What the controller does not take is not sent again: the book on this host keeps what the
    /// canaries took.
    func run(_ cancellation: AttemptCancellation) async throws(AgentStop) {
        parts.logger.info("canaries begin; no work is claimed meanwhile")
        let start = parts.clock()
        let round = await canaries.full(cancellation)
        for problem in round.problems {
            parts.logger.with(.reason, problem).warning("a canary gave no reading")
        }
        for reason in round.points.compactMap(\.reason) {
            parts.logger.with(.reason, reason).warning("a canary deviates")
        }
        parts.logger.with(.state, round.state.rawValue)
            .with(.noise, canaries.calibration.noiseFloor.map { "\($0)" } ?? "unknown")
            .info("canaries ended")
        guard !round.points.isEmpty else { return }
        let at = Nanoseconds(.nanoseconds(max(0, start)))
        try await report(
            CanaryReport(
                points: round.points.map { EventRecords.canary($0, at) },
                calibration: EventRecords.calibration(canaries.calibration)))
    }

    private func report(_ report: CanaryReport) async throws(AgentStop) {
        var call = AgentCall("POST", AgentRoute.canary)
        call.set(AgentHeader.session, try await sessions.current().sessionID.text)
        do throws(CallFailure) {
            let (reply, _): (CanaryReply, AgentReply) = try await parts.client.exchange(
                report, call, tries: 5)
            if reply.hostState == "quarantined" {
                parts.logger.error(
                    "the controller has quarantined this host; an operator resumes it")
            }
        } catch {
            guard error != .cancelled else { throw .cancelled }
            parts.logger.with(.error, "\(error)").warning("the canaries could not be reported")
        }
    }
}
