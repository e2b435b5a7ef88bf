import FleetModel
import WebSupport

/// The benchmarks of a project that a list is narrowed to before its pages are cut.
struct ReachedBenchmarks {
    /// Every name that the project's series have.
    let names: @Sendable () async throws -> [String]

    /// More names than these are not put into one question.
    private static let most = 10_000

    /// What was asked for (empty for all), and of that what the caller's key reaches.
    /// - Returns: empty for all; nil where nothing is left.
    /// - Throws: 422 `too_many`, and 500 for a pattern that is broken.
    func narrowed(_ asked: [String], in context: some FleetContext) async throws -> [String]? {
        guard context.benchmarkPattern != nil else { return asked }
        let known = asked.isEmpty ? try await names() : asked
        let reached = try context.reached(known) { $0 }
        guard reached.count <= Self.most else {
            throw APIError(
                .tooMany,
                "The key reaches \(reached.count) benchmarks of this project: name some of them.")
        }
        return reached.isEmpty ? nil : reached
    }

    /// A page that has nothing.
    static var nothing: JSONValue { .object(["items": .array([]), "next_cursor": .null]) }
}
