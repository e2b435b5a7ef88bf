import Hummingbird
import Logging
import Synchronization

/// A site of fixed pages on loopback, for pages that are broken on purpose.
enum StaticSite {
    /// Lends the site's address; paths without a page answer 404.
    static func with(
        _ pages: [String: String], policy: String? = nil,
        _ body: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        let router = Router()
        for (path, text) in pages {
            router.get(RouterPath(path)) { _, _ -> Response in
                var headers: HTTPFields = [.contentType: "text/html; charset=utf-8"]
                if let policy { headers[.contentSecurityPolicy] = policy }
                return Response(
                    status: .ok, headers: headers,
                    body: .init(byteBuffer: ByteBuffer(string: text)))
            }
        }
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "static site") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await port in ports {
                try await body("http://127.0.0.1:\(port)")
                break
            }
            group.cancelAll()
        }
    }
}
