import AgentProtocol
import CrashPoints
import Foundation
import Glibc
import TestSupport
import Testing

/// Ends the agent or the controller at the points that no run meets by itself: joining, renewing,
/// revoking and cancelling. What was begun is done once it is asked for again.
@Suite struct CrashBesideRunTests {
    private static let joining: [CrashPoint] = [
        .enrolmentAsking, .enrolmentAnswered, .enrolmentStored, .enrolmentSpending,
        .enrolmentSpent,
    ]
    private static let renewing: [CrashPoint] = [
        .renewalAsking, .renewalAnswered, .renewalStored, .renewalIssuing, .renewalIssued,
    ]
    private static let revoking: [CrashPoint] = [.revocationStoring, .revocationStored]
    private static let cancelling: [CrashPoint] = [.cancelStoring, .cancelStored]

    static let points = joining + renewing + revoking + cancelling

    struct Case: CustomStringConvertible {
        let point: CrashPoint
        let store: FleetStore
        var description: String { "\(point.name) on \(store)" }
        var environment: [String: String] { ["FLEETMARK_CRASH_POINT": point.name] }

        static func all(_ points: [CrashPoint]) -> [Case] {
            FleetStore.available.flatMap { store in points.map { Case(point: $0, store: store) } }
        }
    }

    @Test(arguments: Case.all(joining))
    func `a token is not lost with a crash while it is spent`(_ given: Case) async throws {
        try await TestFleet.lend(on: given.store) { fleet in
            let token = try await fleet.token()
            if given.point.isOfAgent {
                let first = try await fleet.enrol(token: token, environment: given.environment)
                #expect(first.status == -SIGKILL, "the point was not met: \(first.said)")
            } else {
                try await Self.crashController(fleet, given) {
                    _ = try? await fleet.enrol(token: token)
                }
            }
            // Stored by then, so that a second enrolment would be another one.
            if given.point != .enrolmentStored {
                let again = try await fleet.enrol(token: token)
                #expect(again.status == 0, "\(again.said)")
            }
            #expect(try await fleet.certificates().count == 1)
            #expect(try await fleet.api.get("/hosts").items.count == 1)
            try await Self.measure(fleet)
        }
    }

    @Test(arguments: Case.all(renewing))
    func `an agent goes on after a crash in a renewal`(_ given: Case) async throws {
        try await TestFleet.lend(on: given.store) { fleet in
            #expect(try await fleet.enrol(token: try await fleet.token()).status == 0)
            try fleet.changeIdentity { $0["renew_after_us"] = .integer(1) }
            if given.point.isOfAgent {
                let agent = try fleet.startAgent(environment: given.environment)
                #expect(try await agent.wait() == -SIGKILL, "the point was not met")
            } else {
                try await Self.crashController(fleet, given) { try fleet.startAgent() }
                try await fleet.killAgent()
            }
            try await Self.measure(fleet)
            let renewed = try await fleet.certificates()
            #expect((2...3).contains(renewed.count), "\(renewed)")
            let shown = try fleet.identity()["renew_after_us"]?.wholeNumber ?? 0
            #expect(shown > 1, "the agent has no renewed certificate")
        }
    }

    @Test(arguments: Case.all(revoking))
    func `a revocation that was cut off is in force when it is asked for again`(
        _ given: Case
    ) async throws {
        try await TestFleet.lend(on: given.store) { fleet in
            #expect(try await fleet.enrol(token: try await fleet.token()).status == 0)
            let certificate = try await fleet.certificates().first
            try await Self.crashController(fleet, given) {
                await #expect(throws: (any Error).self) {
                    try await fleet.revoke(certificate, reason: "stolen")
                }
            }
            let known = try await fleet.certificates().first?["revoked_us"]?.wholeNumber
            #expect((known != nil) == (given.point == .revocationStored))
            try await fleet.revoke(certificate, reason: "stolen")
            #expect(try await fleet.startAgent().wait() == 6)
        }
    }

    @Test(arguments: Case.all(cancelling))
    func `a cancellation that was cut off ends the run when it is asked for again`(
        _ given: Case
    ) async throws {
        try await TestFleet.lend(on: given.store) { fleet in
            let commit = try await fleet.commit()
            try await fleet.addProject()
            let run = try await fleet.triggerRun(of: commit)
            try await Self.crashController(fleet, given) {
                await #expect(throws: (any Error).self) {
                    try await fleet.api.call("POST", "/runs/\(run)/cancel", .object([:]))
                }
            }
            let again = try await fleet.api.call("POST", "/runs/\(run)/cancel", .object([:]))
            #expect(again.status == (given.point == .cancelStored ? 409 : 202), "\(again.body)")
            #expect(try await fleet.finished(run)["state"]?.text == "cancelled")
        }
    }

    private static func crashController(
        _ fleet: TestFleet, _ given: Case, _ body: () async throws -> Void
    ) async throws {
        try await fleet.endController()
        try await fleet.restartController(environment: given.environment)
        try await body()
        #expect(try await fleet.controllerEnded() == -SIGKILL, "the point was not met")
        try await fleet.restartController()
    }

    /// The agent can do its work.
    private static func measure(_ fleet: TestFleet) async throws {
        let commit = try await fleet.commit()
        try await fleet.addProject()
        try fleet.startAgent()
        let ended = try await fleet.finished(try await fleet.triggerRun(of: commit))
        #expect(ended["state"]?.text == "succeeded", "\(ended)")
    }
}
