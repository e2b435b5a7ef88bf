import API
import Database
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import Storage
import Synchronization
import TestSupport

@testable import WebSupport

/// The middleware around handlers that a test decides, on a database of its own.
struct IdempotencyFixture: Sendable {
    let client: any TestClientProtocol
    let work: Work

    /// What the one handler does, and how often it was asked to.
    final class Work: Sendable {
        typealias Step = @Sendable () async throws -> Response
        private let state: Mutex<(count: Int, step: Step)>

        init() { state = Mutex((0, { Response(status: .ok) })) }

        var count: Int { state.withLock { $0.count } }

        func set(_ step: @escaping Step) { state.withLock { $0.step = step } }

        func run() async throws -> Response {
            let step = state.withLock { state in
                state.count += 1
                return state.step
            }
            return try await step()
        }
    }

    private struct OneCaller: CallerAuthenticator {
        func caller(authorization: String?, peer: Peer) async throws -> Caller {
            .key(.init(id: "1", name: "one", scopes: [.read, .write], project: nil))
        }
    }

    static func with(
        _ body: @escaping @Sendable (IdempotencyFixture) async throws -> Void
    ) async throws {
        try await withDatabase(.memory) { database in
            _ = try await Migrator.run(StorageMigrations.all, on: database)
            let work = Work()
            let router = Router(context: CallContext.self)
            router.group("work")
                .add(middleware: StoreErrors())
                .add(middleware: CallerMiddleware(OneCaller()))
                .add(middleware: Idempotency(store: IdempotencyStore(database)))
                .post { _, _ in try await work.run() }
            let application = Application(
                responder: FleetResponder(
                    router.buildResponder(), policy: .publicSurface(version: "9.9")),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await application.test(.router) { client in
                try await body(IdempotencyFixture(client: client, work: work))
            }
        }
    }

    func post(key: String = "k-1", _ text: String = "{}") async throws -> Reply {
        Reply(
            try await client.executeRequest(
                uri: "/work", method: .post, headers: [HeaderName.idempotencyKey: key],
                body: ByteBuffer(string: text)))
    }
}

extension Response {
    static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(status: status, body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

/// Holds a handler until the test lets it go.
final class TestGate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>(
        (false, []))

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
