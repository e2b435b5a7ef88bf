import FleetModel
import Hummingbird
import Identity
import Storage
import WebSupport

/// Removal of old baselines with their receipts (perfgate contract, §12).
///
/// The newest version of each benchmark stays whatever its age: it is what runs are held against.
struct CleanupRoutes<Context: FleetContext>: DescribedRoutes {
    let baselines: BaselineStore
    let now: @Sendable () -> ServerTime

    var subject: String { "Perfgate" }

    var routes: [Route<Context>] {
        Route.delete("admin/cleanup", "Removes old versions", by: .scope(.admin), use: cleanUp)
            .takes(
                .one(
                    "older_than_days", .integer(1...Int64(UInt32.max)),
                    "The newest version of each benchmark stays.", isRequired: true)
            )
            .gives(.cleanup)
    }

    /// 200; 400 `bad_request` without a number of days.
    @Sendable private func cleanUp(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        try context.requireKey()
        let days = try QueryParameters(request).number("older_than_days", UInt32.self)
        try context.require(.admin)
        guard let days, days > 0 else {
            throw APIError(
                .invalidValue,
                "The call needs older_than_days, at least 1; nothing was removed.",
                details: ["parameter": "older_than_days"], codeOverride: "bad_request")
        }
        // No baseline is older, and no earlier time can be written.
        let cutoff = max(now() + .seconds(-86_400 * Int64(days)), ServerTime(microseconds: 0))
        let (looked, removed) = try await baselines.cleanUp(before: cutoff)
        var reply = ReplyObject()
        reply.add("scanned", .integer(looked))
        reply.add("deleted", .integer(removed))
        reply.add("errors", .integer(0))
        reply.add("cutoff", cutoff)
        return reply.response()
    }
}
