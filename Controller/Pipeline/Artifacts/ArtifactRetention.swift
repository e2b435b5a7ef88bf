import FleetModel
import Glibc
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
    private static let uploads = 100

    private let store: ArtifactStore
    private let folder: ContentFolder
    private let logger: Logger
    private let last = Mutex<ContinuousClock.Instant?>(nil)
    /// The folder of contents whose files are compared with their rows in the next round.
    private let compared = Mutex<UInt8>(0)

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
        try await remove(keys)
        let stale = try await dropUploads()
        let orphans = try await removeOrphans(inFolder: compared.withLock { $0 })
        compared.withLock { $0 &+= 1 }
        if expired + keys.count + stale + orphans > 0 {
            logger.info(
                "artifacts removed",
                metadata: [
                    "artifacts": "\(expired)", "contents": "\(keys.count)",
                    "uploads": "\(stale)", "orphans": "\(orphans)",
                ])
        }
        return expired == Self.names || keys.count == Self.contents
    }

    private func remove(_ keys: [ContentKey]) async throws {
        let folder = folder
        for key in keys { _ = try await store.remove(key) { try folder.remove(key) } }
    }

    /// Uploads that nobody goes on with: first their parts are forgotten, and then their files.
    private func dropUploads() async throws -> Int {
        let open = try await store.openUploads(
            olderThan: .seconds(Self.staleSeconds), limit: Self.uploads)
        let limit = Int(time(nil)) - Self.staleSeconds
        for upload in open where (folder.lastGrowth(of: upload.upload) ?? 0) < limit {
            try await store.restart(upload.key, of: upload.attempt)
        }
        return try await folder.dropStale(olderThan: Self.staleSeconds)
    }

    /// Content that no row knows, of one of the 256 folders: a round takes one, so that all are
    /// looked at in two days.
    ///
    /// - Returns: how many there were.
    package func removeOrphans(inFolder number: UInt8) async throws -> Int {
        let found = try await folder.contents(inFolder: number, olderThan: Self.staleSeconds)
        let orphans = try await store.claim(orphans: found)
        try await remove(orphans)
        return orphans.count
    }
}
