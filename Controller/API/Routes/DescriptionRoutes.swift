import Hummingbird
import Storage
package import WebSupport

/// The description of all routes, its own among them (API contract, §3.9).
package struct DescriptionRoutes<Context: FleetContext>: DescribedRoutes {
    private var text = ""
    private var tag = EntityTag.version(0)

    /// The others come with their whole paths.
    package init(of others: [Operation], version: String) {
        let all = others + operations.map { $0.below("/api/v1") }
        text = OpenAPIDocument(version: version, operations: all).value.text
        tag = .digest(sha256: SHA256Text.of(Array(text.utf8)))
    }

    package var subject: String { "Service" }

    package var routes: [Route<Context>] {
        Route.get("openapi.json", "This document", by: .open, use: read)
            .heeds("If-None-Match", "The `ETag` that the caller has.")
            .gives(.anything).gives(nothing: .notModified)
    }

    /// 200 with `ETag`, 304.
    @Sendable private func read(_ request: Request, _ context: Context) -> Response {
        guard !request.alreadyHas(tag) else {
            return Response(status: .notModified, headers: [.eTag: tag.text])
        }
        return Response(
            status: .ok,
            headers: [.contentType: "application/json; charset=utf-8", .eTag: tag.text],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
