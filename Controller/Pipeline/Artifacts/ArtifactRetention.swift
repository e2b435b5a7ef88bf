import FleetModel
package import Logging
package import Storage
import Synchronization

/// Removes what is older than it is kept; called by the sweeper, and quick when nothing is due.
package final class ArtifactRetention: Sendable {
    private static let interval = Duration.seconds(600)
    private static let batch = 1000
    /// An upload that has not grown for so long is not taken up again: its attempt's window closed.
    private static let staleSeconds = 48 * 3600

    private let store: ArtifactStore
    private let folder: ContentFolder
    private let logger: Logger
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    package init(store: ArtifactStore, folder: ContentFolder, logger: Logger) {
        self.store = store
        self.folder = folder
        self.logger = logger
    }

    func sweepIfDue() async throws {
        let now = ContinuousClock.now
        let isDue = last.withLock { last in
            if let last, last.duration(to: now) < Self.interval { return false }
            last = now
            return true
        }
        if isDue { try await sweep() }
    }

    /// One round over everything that is due.
    package func sweep() async throws {
        var expired = 0
        while case let count = try await store.expire(limit: Self.batch), count > 0 {
            expired += count
        }
        var removed = 0
        while case let keys = try await store.doom(limit: Self.batch), !keys.isEmpty {
            for key in keys {
                try await folder.remove(key)
                try await store.removed(key)
            }
            removed += keys.count
        }
        let stale = try await folder.dropStale(olderThan: Self.staleSeconds)
        guard expired + removed + stale > 0 else { return }
        logger.info(
            "artifacts removed",
            metadata: [
                "artifacts": "\(expired)", "contents": "\(removed)", "uploads": "\(stale)",
            ])
    }
}
