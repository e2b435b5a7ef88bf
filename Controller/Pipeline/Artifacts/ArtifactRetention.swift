import FleetModel
package import Logging
package import Storage
import Synchronization

/// Removes what is older than it is kept; called by the sweeper, and quick when nothing is due.
package final class ArtifactRetention: Sendable {
    private static let interval = Duration.seconds(600)
    /// What one round takes at most: deadlines wait meanwhile.
    private static let names = 1000
    private static let contents = 100
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
        guard isDue, try await sweep() else { return }
        last.withLock { $0 = nil }
    }

    /// One round. Returns: whether there is more, which the next one takes.
    package func sweep() async throws -> Bool {
        let expired = try await store.expire(limit: Self.names)
        let keys = try await store.doom(limit: Self.contents)
        for key in keys {
            try await folder.remove(key)
            try await store.removed(key)
        }
        let stale = try await folder.dropStale(olderThan: Self.staleSeconds)
        if expired + keys.count + stale > 0 {
            logger.info(
                "artifacts removed",
                metadata: [
                    "artifacts": "\(expired)", "contents": "\(keys.count)",
                    "uploads": "\(stale)",
                ])
        }
        return expired == Self.names || keys.count == Self.contents
    }
}
