import FleetModel
import Logging
import ServiceLifecycle
import Storage
import WebSupport

/// Removes old versions of baselines, as `DELETE /admin/cleanup` does, each time an interval is
/// over (perfgate contract, §12). Several controllers may do so: what is gone is gone.
struct BaselineCleanup: Service {
    let baselines: BaselineStore
    let settings: ControllerConfiguration.Baselines
    let now: @Sendable () -> ServerTime
    let logger: Logger
    var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await sleep(settings.cleanupInterval)) != nil {
                if let keep = settings.keep { await removeOlder(than: keep) }
            }
        }
    }

    private func removeOlder(than keep: Duration) async {
        do {
            let removed = try await baselines.cleanUp(before: now() + (.zero - keep)).removed
            if removed > 0 {
                logger.info("old baselines removed", metadata: .init([.count: "\(removed)"]))
            }
        } catch {
            logger.error("old baselines stay", metadata: .init([.error: "\(error)"]))
        }
    }
}
