import AgentCore
import AgentProtocol
import FleetModel
import FoundationEssentials

/// The agent side's controller, in memory, on a network that loses, delays and repeats.
actor FakeController: ControllerTransport {
    enum Trouble: CaseIterable { case none, lostCall, lostReply, unavailable, doubled, reordered }

    /// What the controller holds of one attempt.
    struct Stored {
        var batches: [Int64: [UInt8]] = [:]
        var log: [UInt8] = []
        var finish: [FinishRequest] = []
        /// By digest, each part by its number.
        var parts: [String: [Int: [UInt8]]] = [:]
        var announced: [ArtifactRequest] = []
        var beats = 0
        var nextSequence: Int64 { Int64(batches.count) + 1 }
    }

    private(set) var stored: [String: Stored] = [:]
    private(set) var sessions: [SessionRequest] = []
    private(set) var refusals = 0
    private(set) var canaries: [CanaryReport] = []
    /// Whether each session asks for canaries, in their order; those after them do not.
    private var asksForCanaries: [Bool]
    private var leases: [ClaimReply.Lease]
    private var seed: UInt64?
    private var directive: SessionReply.AttemptDirective?
    /// Answers instead of the usual ones, by what the path contains, each used once.
    private var scripted: [(path: String, reply: AgentReply)] = []
    private let onFinish: @Sendable () -> Void

    /// `seed`: of the trouble; `nil` for a network without any.
    init(
        leases: [ClaimReply.Lease] = [], seed: UInt64? = nil,
        directive: SessionReply.AttemptDirective? = nil, asksForCanaries: [Bool] = [],
        onFinish: @escaping @Sendable () -> Void
    ) {
        self.asksForCanaries = asksForCanaries
        self.leases = leases
        self.seed = seed
        self.directive = directive
        self.onFinish = onFinish
    }

    func answer(_ path: String, with reply: AgentReply) { scripted.append((path, reply)) }

    func shutdown() async {}

    func send(_ call: AgentCall) async throws(TransportFailure) -> AgentReply {
        if Task.isCancelled { throw .cancelled }
        switch draw() {
        case .none: return await reply(to: call)
        case .lostCall: throw .unreachable("lost on the way")
        case .lostReply:
            _ = await reply(to: call)
            throw .unreachable("lost on the way back")
        case .unavailable: return Self.refusal(.overloaded, "Too much.")
        case .doubled:
            _ = await reply(to: call)
            return await reply(to: call)
        case .reordered:
            await Task.yield()
            return await reply(to: call)
        }
    }

    private func draw() -> Trouble {
        guard let seed else { return .none }
        let next = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        self.seed = next
        let troubles = Trouble.allCases
        return troubles[Int((next >> 33) % UInt64(troubles.count))]
    }

    static func refusal(
        _ reason: ErrorReason, _ message: String, _ details: [String: JSONValue] = [:]
    ) -> AgentReply {
        let body = ErrorBody(reason, message, details: details, requestID: "test")
        return AgentReply(
            status: reason.status.rawValue, body: (try? WireCodec.encode(body)) ?? [])
    }

    private func reply(to call: AgentCall) async -> AgentReply {
        if let place = scripted.firstIndex(where: { call.path.contains($0.path) }) {
            return scripted.remove(at: place).reply
        }
        if call.path == AgentRoute.session { return session(call) }
        if call.path.hasPrefix(AgentRoute.claim) { return claim(call) }
        if call.path == AgentRoute.canary { return canary(call) }
        let parts = call.path.dropFirst(AgentRoute.attempts.count + 1).split(separator: "/")
        let (attempt, tail) = (String(parts[0]), parts[1])
        switch tail.prefix(while: { $0 != "?" }) {
        case "heartbeat": return heartbeat(attempt)
        case "batches": return batch(attempt, call, Int64(parts[2]) ?? 0)
        case "artifacts" where parts.count == 2: return announce(attempt, call)
        case "artifacts": return part(attempt, call, String(parts[2]), Int(parts[4]) ?? 0)
        case "log": return log(attempt, call, Int64(tail.split(separator: "=")[1]) ?? 0)
        default: return finish(attempt, call)
        }
    }

    private func session(_ call: AgentCall) -> AgentReply {
        guard let request = try? WireCodec.decode(SessionRequest.self, from: call.body) else {
            return Self.refusal(.malformedJSON, "session")
        }
        sessions.append(request)
        let isAsking = asksForCanaries.isEmpty ? false : asksForCanaries.removeFirst()
        var generator = SystemRandomNumberGenerator()
        let known = sessions.count == 1
        return Self.json(
            SessionReply(
                sessionID: known
                    ? Samples.session
                    : SessionID(at: ServerTime(microseconds: 0), using: &generator),
                host: .init(id: Samples.host, state: Word(.active)),
                version: .current,
                intervals: ProtocolIntervals(
                    heartbeat: Nanoseconds(.milliseconds(5)), claimWaitSeconds: 0,
                    quietMax: Nanoseconds(.seconds(1)), unreachable: Nanoseconds(.seconds(90)),
                    lost: Nanoseconds(.seconds(600))),
                limits: .standard, attempts: directive.map { [$0] } ?? [],
                canary: isAsking ? .init(due: true) : nil,
                time: ServerTime(microseconds: 1_750_000_000_500_000)))
    }

    private func canary(_ call: AgentCall) -> AgentReply {
        guard let report = try? WireCodec.decode(CanaryReport.self, from: call.body) else {
            return Self.refusal(.malformedJSON, "canary")
        }
        canaries.append(report)
        return Self.json(CanaryReply(hostState: "active"))
    }

    private func claim(_ call: AgentCall) -> AgentReply {
        guard let request = try? WireCodec.decode(ClaimRequest.self, from: call.body),
            let lease = leases.first, let job = try? Samples.job()
        else { return AgentReply(status: 204) }
        // The same claim gets the same lease until its attempt has data.
        if stored[lease.attemptID.text] != nil {
            leases.removeFirst()
            return AgentReply(status: 204)
        }
        return Self.json(
            ClaimReply(claimID: request.claimID, lease: lease, job: Base64Bytes(job)))
    }

    private func heartbeat(_ attempt: String) -> AgentReply {
        stored[attempt, default: Stored()].beats += 1
        return Self.json(
            HeartbeatReply(
                lease: Nanoseconds(.seconds(90)), leaseUntil: ServerTime(microseconds: 1),
                acknowledgedSequence: 0, logLength: 0))
    }

    private func batch(_ attempt: String, _ call: AgentCall, _ sequence: Int64) -> AgentReply {
        var held = stored[attempt] ?? Stored()
        defer { stored[attempt] = held }
        guard call.headers.contains(where: { $0.value == AgentDigest.header(call.body) }) else {
            return Self.refusal(.badDigest, "digest")
        }
        if let known = held.batches[sequence], known != call.body {
            refusals += 1
            return Self.refusal(.digestMismatch, "another body")
        }
        guard sequence <= held.nextSequence else {
            return Self.refusal(
                .expectedSeq, "gap", ["expected_seq": .integer(held.nextSequence)])
        }
        held.batches[sequence] = call.body
        let last = held.nextSequence - 1
        return Self.json(
            BatchReply(nextSequence: last + 1, acknowledgedSequence: last, counted: true))
    }

    private func log(_ attempt: String, _ call: AgentCall, _ offset: Int64) -> AgentReply {
        var held = stored[attempt] ?? Stored()
        defer { stored[attempt] = held }
        guard offset <= held.log.count else {
            return Self.refusal(.logGap, "gap", ["length": .integer(Int64(held.log.count))])
        }
        let known = held.log.count - Int(offset)
        held.log += call.body.dropFirst(known)
        return Self.json(LogReply(length: Int64(held.log.count), counted: true))
    }

    private static let partBytes = 1000

    private func missing(_ request: ArtifactRequest, _ held: Stored) -> [Int] {
        let count = (Int(request.sizeBytes) + Self.partBytes - 1) / Self.partBytes
        return (0..<count).filter { held.parts[request.digest]?[$0] == nil }
    }

    private func announce(_ attempt: String, _ call: AgentCall) -> AgentReply {
        guard let request = try? WireCodec.decode(ArtifactRequest.self, from: call.body) else {
            return Self.refusal(.malformedJSON, "artifact")
        }
        var held = stored[attempt] ?? Stored()
        if !held.announced.contains(request) { held.announced.append(request) }
        stored[attempt] = held
        return Self.json(
            ArtifactReply(
                id: "artifact", missing: missing(request, held), partBytes: Self.partBytes))
    }

    private func part(
        _ attempt: String, _ call: AgentCall, _ digest: String, _ number: Int
    ) -> AgentReply {
        guard call.headers.contains(where: { $0.value == AgentDigest.header(call.body) }),
            let request = stored[attempt]?.announced.first(where: { $0.digest == digest })
        else { return Self.refusal(.badDigest, "part") }
        stored[attempt]?.parts[digest, default: [:]][number] = call.body
        let left = stored[attempt].map { missing(request, $0) } ?? []
        return Self.json(PartReply(missing: left, complete: left.isEmpty))
    }

    private func finish(_ attempt: String, _ call: AgentCall) -> AgentReply {
        var held = stored[attempt] ?? Stored()
        defer { stored[attempt] = held }
        guard let request = try? WireCodec.decode(FinishRequest.self, from: call.body) else {
            return Self.refusal(.malformedJSON, "finish")
        }
        if held.nextSequence <= request.lastSequence {
            let missing: JSONValue = .object(["from_seq": .integer(held.nextSequence)])
            return Self.refusal(.incomplete, "batches", ["missing": missing])
        }
        if held.log.count < request.logLength {
            let missing: JSONValue = .object(["log_from": .integer(Int64(held.log.count))])
            return Self.refusal(.incomplete, "log", ["missing": missing])
        }
        let lacking = request.artifacts.filter { digest in
            guard let known = held.announced.first(where: { $0.digest == digest }) else {
                return true
            }
            return !missing(known, held).isEmpty
        }
        guard lacking.isEmpty else {
            refusals += 1
            return Self.refusal(.incomplete, "artifacts")
        }
        if let first = held.finish.first, first != request {
            refusals += 1
            return Self.refusal(.finishMismatch, "another end")
        }
        held.finish.append(request)
        onFinish()
        return Self.json(
            FinishReply(
                attemptState: Word(.completed), jobState: Word(.processing), counted: true,
                mayDiscard: true))
    }

    private static func json(_ message: some WireMessage) -> AgentReply {
        AgentReply(status: 200, body: (try? WireCodec.encode(message)) ?? [])
    }
}
