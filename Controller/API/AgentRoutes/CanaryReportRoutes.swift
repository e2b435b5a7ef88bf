import AgentProtocol
import FleetModel
package import Hummingbird
import Pipeline
package import Storage
package import WebSupport

/// Canaries that agents run outside of any attempt (decision record 0020).
package struct CanaryReportRoutes<Context: FleetContext>: RouteGroup {
    let hosts: HostStore

    package init(hosts: HostStore) { self.hosts = hosts }

    package func add(to router: RouterGroup<Context>) {
        router.post("canary", use: report)
    }

    /// 200 with the host's state, which may be `quarantined` now; 400, 422.
    @Sendable private func report(_ request: Request, _ context: Context) async throws -> Response {
        let call = AgentCall(request: request, context: context)
        let agent = try context.requireAgent()
        _ = try call.session()
        let message = try await call.message(CanaryReport.self)
        let state = try await hosts.take(
            message.points.map { CanaryResult($0) }, of: agent.hostID, attempt: nil,
            calibration: message.calibration.map {
                HostCalibration(
                    noiseFloor: $0.noiseFloor, counterOverhead: $0.counterOverhead)
            })
        return try AgentCall<Context>.reply(CanaryReply(hostState: state.rawValue))
    }
}
