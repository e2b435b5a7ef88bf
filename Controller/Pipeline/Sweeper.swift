import CrashPoints
package import Logging
import ServiceLifecycle
package import Storage

/// Acts on deadlines while it leads: one of all controllers does (control plane, §2.1).
package struct Sweeper: Service {
    let leadership: LeadershipStore
    let sweeps: SweepStore
    let retention: ArtifactRetention
    let settings: LeaseSettings
    let name: String
    let interval: Duration
    let logger: Logger

    package init(
        leadership: LeadershipStore, sweeps: SweepStore, retention: ArtifactRetention,
        settings: LeaseSettings, name: String, interval: Duration = .seconds(1), logger: Logger
    ) {
        self.leadership = leadership
        self.sweeps = sweeps
        self.retention = retention
        self.settings = settings
        self.name = name
        self.interval = interval
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await sweep()
                // The one timer of the sweeper: every deadline itself is a row.
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// One round; failures are logged and tried again with the next.
    package func sweep() async {
        do {
            let standing = try await leadership.lead(
                "sweeper", as: name, for: interval * 10 + .seconds(5),
                grace: settings.unreachable)
            guard standing != .following else { return }
            if standing == .resumed {
                logger.notice("deadlines moved on after a time without a sweeper")
            }
            // What it ended stands in the journal, one line each.
            CrashPoint.sweepBegun.reach()
            _ = try await sweeps.sweep()
            try await retention.sweepIfDue()
            CrashPoint.sweepEnded.reach()
        } catch is CancellationError {
            return
        } catch {
            logger.error("sweep failed", metadata: ["error": "\(error)"])
        }
    }
}
