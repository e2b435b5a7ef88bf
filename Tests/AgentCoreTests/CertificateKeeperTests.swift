import AgentProtocol
import FleetModel
import Foundation
import Logging
import Synchronization
import Testing

@testable import AgentCore

private let start = ServerTime(microseconds: 1_800_000_000_000_000)

/// Time that passes only when somebody waits for it, until a limit.
private final class FakeTime: Sendable {
    private struct Ended: Error {}
    private let passed = Mutex(Duration.zero)
    private let pauses = Mutex<[Duration]>([])
    private let limit: Duration

    init(limit: Duration) { self.limit = limit }

    var now: ServerTime { start + passed.withLock { $0 } }
    var waits: [Duration] { pauses.withLock { $0 } }

    func wait(_ duration: Duration) throws {
        pauses.withLock { $0.append(duration) }
        try passed.withLock { passed in
            guard passed + duration <= limit else { throw Ended() }
            passed += duration
        }
    }
}

/// Grants renewals for twenty days each, as its script says.
private actor FakeIssuer: ControllerTransport {
    enum Step { case grant, refuse(ErrorReason), lost, otherKey, closed }

    let authority: TestAuthority
    private(set) var requests: [String] = []
    private(set) var times: [ServerTime] = []
    private var steps: [Step]
    private let time: FakeTime
    private var bundle: String

    init(_ authority: TestAuthority, time: FakeTime, steps: [Step] = [], bundle: String? = nil) {
        self.authority = authority
        self.time = time
        self.steps = steps
        self.bundle = bundle ?? authority.pem
    }

    func shutdown() async {}

    func send(_ call: AgentCall) async throws(TransportFailure) -> AgentReply {
        guard call.path == AgentRoute.renew,
            let request = try? WireCodec.decode(RenewRequest.self, from: call.body)
        else { return FakeController.refusal(.notFound, call.path) }
        requests.append(request.csr)
        times.append(time.now)
        switch steps.isEmpty ? .grant : steps.removeFirst() {
        case .grant: return grant(request.csr)
        case .otherKey:
            return grant((try? AgentKey.generate().signingRequest(for: Samples.agent)) ?? "")
        case .refuse(let reason): return FakeController.refusal(reason, "no")
        case .lost: throw .unreachable("lost on the way back")
        case .closed: throw .certificateRefused("it has expired")
        }
    }

    private func grant(_ csr: String) -> AgentReply {
        let reply = RenewReply(
            certificate: (try? authority.certify(csr)) ?? "", authority: bundle, jobKeys: [],
            renewAfter: time.now + .seconds(20 * 86400))
        return AgentReply(status: 200, body: (try? WireCodec.encode(reply)) ?? [])
    }
}

@Suite struct CertificateKeeperTests {
    private let fixture: AgentFixture
    private let authority: TestAuthority

    init() throws {
        fixture = try AgentFixture()
        authority = try TestAuthority()
    }

    private var store: AgentIdentityStore { AgentIdentityStore(fixture.folder) }

    /// Runs a keeper until the fake time ends.
    /// - Returns: the identities that it put to use.
    private func run(
        _ issuer: FakeIssuer, _ time: FakeTime, from identity: AgentIdentity
    ) async -> [AgentIdentity] {
        let used = Mutex<[AgentIdentity]>([])
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let keeper = CertificateKeeper(
            identity,
            CertificateKeeper.Parts(
                store: store,
                client: ControllerClient(
                    transport: issuer, policy: CallRetry(random: { 0 }),
                    pause: { try time.wait($0) }, logger: logger),
                use: { fresh in used.withLock { $0.append(fresh) } }, now: { time.now },
                pause: { try time.wait($0) }, logger: logger))
        await keeper.run()
        return used.withLock { $0 }
    }

    @Test func `nothing is asked before two thirds of the life are over`() async throws {
        let time = FakeTime(limit: .seconds(20 * 86400 - 1))
        let issuer = FakeIssuer(authority, time: time)
        let identity = try authority.identity(renewAfter: start + .seconds(20 * 86400))
        #expect(await run(issuer, time, from: identity).isEmpty)
        #expect(await issuer.requests.isEmpty)
        #expect(time.waits.allSatisfy { $0 <= .seconds(3600) })
    }

    @Test func `each renewal has a key of its own and is kept before it is used`() async throws {
        let time = FakeTime(limit: .seconds(50 * 86400))
        let issuer = FakeIssuer(authority, time: time)
        let identity = try authority.identity(renewAfter: start + .seconds(20 * 86400))
        let used = await run(issuer, time, from: identity)
        #expect(used.count == 2)
        #expect(
            await issuer.times == [
                start + .seconds(20 * 86400), start + .seconds(40 * 86400),
            ])
        #expect(Set(used.map(\.key.revealed)).count == 2)
        let kept = try #require(try store.load())
        #expect(kept.key.revealed == used.last?.key.revealed)
        #expect(kept.certificate == used.last?.certificate)
        #expect(kept.agentID == identity.agentID)
    }

    @Test func `a lost reply is asked for again with the same request`() async throws {
        let time = FakeTime(limit: .seconds(3000))
        let issuer = FakeIssuer(authority, time: time, steps: [.lost, .lost, .grant])
        let used = await run(issuer, time, from: try authority.identity(renewAfter: start))
        let requests = await issuer.requests
        #expect(requests.count == 3)
        #expect(Set(requests).count == 1)
        #expect(used.count == 1)
    }

    @Test(arguments: [ErrorReason.hostMismatch, .badCSR, .retired])
    func `a refusal changes nothing and is tried again after a while`(
        _ reason: ErrorReason
    ) async throws {
        let time = FakeTime(limit: .seconds(1000))
        let issuer = FakeIssuer(authority, time: time, steps: [.refuse(reason), .grant])
        let used = await run(issuer, time, from: try authority.identity(renewAfter: start))
        #expect(await issuer.times == [start, start + .seconds(600)])
        #expect(used.count == 1)
    }

    @Test func `a certificate for another key is not taken`() async throws {
        let time = FakeTime(limit: .seconds(100))
        let issuer = FakeIssuer(authority, time: time, steps: [.otherKey])
        let used = await run(issuer, time, from: try authority.identity(renewAfter: start))
        #expect(used.isEmpty)
        #expect(try store.load() == nil)
    }

    /// By a listener that has not read a rotation yet, say; if it lasts, other calls end the agent.
    @Test func `a refused certificate is shown again after a while`() async throws {
        let time = FakeTime(limit: .seconds(1000))
        let issuer = FakeIssuer(authority, time: time, steps: [.closed, .grant])
        let used = await run(issuer, time, from: try authority.identity(renewAfter: start))
        #expect(await issuer.times == [start, start + .seconds(600)])
        #expect(used.count == 1)
    }

    @Test func `a controller that is always due is asked once an hour at most`() async throws {
        let time = FakeTime(limit: .seconds(86400))
        let issuer = FakeIssuer(
            authority, time: time, steps: Array(repeating: .refuse(.retired), count: 200))
        _ = await run(issuer, time, from: try authority.identity(renewAfter: start))
        #expect(await issuer.requests.count <= 145)
    }

    @Test func `in a rotation the agent comes to trust the successor`() async throws {
        let successor = try TestAuthority("successor")
        let time = FakeTime(limit: .seconds(100))
        let issuer = FakeIssuer(
            authority, time: time, bundle: authority.pem + successor.pem)
        let used = await run(issuer, time, from: try authority.identity(renewAfter: start))
        #expect(used.first?.authorities == [try authority.der, try successor.der])
    }
}

@Suite struct AuthorityPinsTests {
    @Test func `named authorities replace the pins if one of them is known`() throws {
        let (old, new) = (try TestAuthority("old"), try TestAuthority("new"))
        let pins = AuthorityPins(one: try old.der.bytes)
        let both = pins.following(bundlePEM: old.pem + new.pem)
        #expect(both.certificates == [try old.der, try new.der])
        #expect(both.following(bundlePEM: new.pem).certificates == [try new.der])
    }

    @Test func `unknown authorities, and what is no certificate, change nothing`() throws {
        let (site, fleet) = (try TestAuthority("site"), try TestAuthority("fleet"))
        let pins = AuthorityPins(one: try site.der.bytes)
        #expect(pins.following(bundlePEM: fleet.pem) == pins)
        #expect(pins.following(bundlePEM: "") == pins)
        #expect(pins.following(bundlePEM: "nonsense") == pins)
        let many = (0..<9).map { _ in site.pem }.joined()
        #expect(pins.following(bundlePEM: many) == pins)
        #expect(AuthorityPins([]) == nil)
    }
}

@Suite struct AgentIdentityTests {
    @Test func `a key of another certificate is refused`() throws {
        let fixture = try AgentFixture()
        let store = AgentIdentityStore(fixture.folder)
        let (one, other) = (
            try TestAuthority().identity(renewAfter: start),
            try TestAuthority().identity(renewAfter: start)
        )
        try store.save(
            AgentIdentity(
                controller: one.controller, agentID: one.agentID, hostID: one.hostID,
                hostName: one.hostName, certificate: one.certificate, key: other.key,
                authorities: one.authorities, renewAfter: one.renewAfter))
        let failure = #expect(throws: StateFailure.self) { try store.load() }
        #expect(failure?.reason.contains("Enrol again") == true)
    }

    @Test func `a certificate tells its agent, serial and end`() throws {
        let authority = try TestAuthority()
        let key = AgentKey.generate()
        let end = Date(timeIntervalSince1970: 1_900_000_000)
        let pem = try authority.certify(key.signingRequest(for: nil), until: end)
        let read = try #require(AgentCertificate(pem: pem))
        #expect(read.agent == Samples.agent)
        #expect(read.expiryText == "2030-03-17T17:46:40Z")
        #expect(key.fits(read))
        #expect(!AgentKey.generate().fits(read))
        #expect(AgentCertificate(pem: authority.pem) == nil)
        #expect(AgentCertificate(pem: "") == nil)
    }
}
