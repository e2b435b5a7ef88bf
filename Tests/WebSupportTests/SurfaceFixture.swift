import FleetModel
import Foundation
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import NIOCore
import Testing

@testable import WebSupport

struct Widget: Codable, Equatable, ResponseEncodable {
    struct Part: Codable, Equatable {
        var name: String
        var count: UInt64
    }

    var name: String
    var size: Double?
    var parts: [Part]
    var labels: [String: String]?
}

/// Knows two keys: `good` may read and write, `reader` may read one project.
struct FakeCallers: CallerAuthenticator {
    func caller(authorization: String?, peer: Peer) async throws -> Caller {
        switch authorization {
        case nil: return .anonymous
        case "Bearer good":
            return .key(.init(id: "1", name: "good", scopes: [.read, .write], project: nil))
        case "Bearer reader":
            return .key(.init(id: "2", name: "reader", scopes: [.read], project: "alpha"))
        default: throw APIError(.credentialsInvalid, "Invalid API key")
        }
    }
}

/// Knows no agent but the one that its certificate names.
struct FakeAgents: AgentAuthenticator {
    func agent(presenting certificate: ClientCertificate) async throws -> AgentIdentity {
        guard let host = HostID(certificate.agent.text) else {
            throw APIError(.certificateInvalid, "Unknown agent")
        }
        return AgentIdentity(agentID: certificate.agent, hostID: host)
    }
}

struct BrokenInside: Error { let password = "hunter2" }

struct WidgetRoutes: RouteGroup {
    let polls: LongPolls
    let streams: EventStreams

    /// Is written for as long as somebody takes it.
    @Sendable private func export(_ request: Request, _ context: CallContext) throws -> Response {
        let marker = try streams.open(owner: "export")
        let body = ResponseBody { writer in
            defer { streams.close(marker) }
            while true { try await writer.write(ByteBuffer(repeating: 32, count: 1 << 20)) }
        }
        return Response(
            status: .ok, body: body.timed(in: context, within: context.times.export))
    }

    func add(to router: RouterGroup<CallContext>) {
        router.get { request, context in "list" }
        router.post { request, context -> Widget in
            let widget = try await request.decodeBody(Widget.self, context: context)
            try context.require(.write)
            return widget
        }
        router.get(":project") { request, context -> String in
            let project = try context.pathText("project")
            try context.require(.read, onProject: project)
            return project
        }
        router.get("broken/inside") { _, _ -> String in throw BrokenInside() }
        router.get("slow/answer") { _, _ -> String in
            _ = try await polls.wait(for: .init("never"), upTo: .seconds(60))
            return "done"
        }
        router.post("claim/one") { _, context -> Response in
            context.deadline.extend(to: TimeLimits.longPoll(waiting: .seconds(50)))
            let found: String? = try await polls.hold(for: [.init("job")], upTo: .seconds(50)) {
                nil
            }
            return Response(status: found == nil ? .noContent : .ok)
        }
        router.get("live/events") { _, _ -> Response in
            let stream = try streams.open(owner: "1")
            stream.send(ServerSentEvent(id: "1", name: "started", data: "{}"))
            return streams.response(carrying: stream)
        }
        router.get("endless/export", use: export)
        router.post("stuck/body") { request, context -> String in
            let marker = try streams.open(owner: "marker")
            defer { streams.close(marker) }
            return "\(try await request.bodyBytes(upTo: context.maximumBodyBytes).readableBytes)"
        }
        router.admitting(bodyBytes: 64).put("small/body") { request, context -> String in
            "\(try await request.bodyBytes(upTo: context.maximumBodyBytes).readableBytes)"
        }
    }
}

/// One surface with the routes above, as the controller composes it.
struct SurfaceFixture {
    let polls = LongPolls()
    let streams = EventStreams()
    let meter = CallMeter()
    var policy = SurfacePolicy.publicSurface(version: "9.9")

    var logger: Logger {
        Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    }

    var responder: FleetResponder<RouterResponder<CallContext>> {
        let router = Router(context: CallContext.self, options: .autoGenerateHeadEndpoints)
        let group = router.group("api/v1/widgets").add(middleware: CallerMiddleware(FakeCallers()))
        WidgetRoutes(polls: polls, streams: streams).add(to: group)
        router.group("agent/v1").add(middleware: AgentMiddleware(FakeAgents()))
            .get("whoami") { _, context in try context.requireAgent().agentID.text }
            .get("wait") { _, context -> String in
                context.deadline.extend(to: TimeLimits.longPoll(waiting: .seconds(50)))
                let marker = try streams.open(owner: "waiting")
                defer { streams.close(marker) }
                let found: String? = try await polls.hold(
                    for: [.init("never")], upTo: .seconds(50)
                ) { nil }
                return found ?? ""
            }
        router.refuseOtherMethods { _, request, context in
            let caller = try await FakeCallers().caller(
                authorization: request.headers[.authorization], peer: context.peer)
            if caller == .anonymous { throw APIError.credentialsMissing }
        }
        return FleetResponder(router.buildResponder(), policy: policy, meter: meter)
    }

    func test(_ body: @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        let application = Application(responder: responder, logger: logger)
        try await application.test(.router) { try await body($0) }
    }
}

/// The error body's facts, checked to be equal in both envelopes.
struct ErrorFacts {
    let code: String
    let nestedCode: String
    let reason: String
    let pointer: String?
    let requestID: String

    init(_ response: TestResponse) throws {
        let document = try JSONParser.parse(Array(response.body.readableBytesView))
        guard case .object(let outer) = document, case .object(let nested)? = outer["error"],
            case .object(let details)? = outer["details"], case .string(let code)? = outer["code"],
            case .string(let nestedCode)? = nested["code"],
            case .string(let requestID)? = nested["request_id"],
            case .string(let reason)? = details["reason"]
        else { throw UnexpectedBody(text: String(buffer: response.body)) }
        #expect(outer["details"] == nested["details"])
        #expect(outer["message"] == nested["message"])
        self.code = code
        self.nestedCode = nestedCode
        self.reason = reason
        self.requestID = requestID
        if case .string(let pointer)? = details["pointer"] {
            self.pointer = pointer
        } else {
            pointer = nil
        }
    }
}

struct UnexpectedBody: Error { let text: String }
