package import Database
package import Logging
import ServiceLifecycle
import Storage

/// Processes results as they arrive, on every controller; the stores decide who wins.
package struct ResultWorker: Service {
    let pipeline: ResultPipeline
    let arrivals: AsyncStream<DatabaseNotification>
    let logger: Logger

    package init(
        pipeline: ResultPipeline, arrivals: AsyncStream<DatabaseNotification>, logger: Logger
    ) {
        self.pipeline = pipeline
        self.arrivals = arrivals
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            // The stream's first element is a resync, so what waited before the start is taken up.
            for await _ in arrivals {
                do {
                    try await pipeline.processPending()
                } catch {
                    guard !Task.isCancelled else { return }
                    logger.error("results wait", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
