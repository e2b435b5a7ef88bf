package import Database
package import Logging
import ServiceLifecycle

/// Does some work whenever a controller says that there is some, on every controller; the stores
/// decide who wins.
package struct ArrivalWorker: Service {
    let arrivals: AsyncStream<DatabaseNotification>
    let logger: Logger
    /// What the log says when the work fails; it is done with the next arrival.
    let complaint: Logger.Message
    let work: @Sendable () async throws -> Void

    package init(
        arrivals: AsyncStream<DatabaseNotification>, logger: Logger, complaint: Logger.Message,
        work: @escaping @Sendable () async throws -> Void
    ) {
        self.arrivals = arrivals
        self.logger = logger
        self.complaint = complaint
        self.work = work
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            // The stream's first element is a resync, so what waited before the start is taken up.
            for await _ in arrivals {
                do {
                    try await work()
                } catch {
                    guard !Task.isCancelled else { return }
                    logger.error(complaint, metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
