import API
import Database
import FleetModel
import Logging
import ServiceLifecycle
import Storage
import WebSupport

/// Wakes the calls that wait, when some controller says that what they wait for has changed.
struct ChangeSignals: Service {
    let changes: AsyncStream<DatabaseNotification>
    let polls: LongPolls
    let agentConnections: PeerConnections
    let certificates: CertificateStore
    let logger: Logger

    /// Work that becomes claimable by time alone sends no message, so claims look this often.
    private static let fallback = Duration.seconds(2)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await change in changes { await signal(change) }
                }
                group.addTask {
                    while (try? await Task.sleep(for: Self.fallback)) != nil {
                        polls.signal(SessionRoutes<CallContext>.queueTopic)
                    }
                }
            }
        }
    }

    private func signal(_ change: DatabaseNotification) async {
        switch change.channel {
        case WorkChannel.queue: polls.signal(SessionRoutes<CallContext>.queueTopic)
        case WorkChannel.run:
            if let run = RunID(change.payload) {
                polls.signal(RunRoutes<CallContext>.topic(of: run))
            }
        case WorkChannel.attempt:
            if let attempt = AttemptID(change.payload) {
                polls.signal(AttemptLogRoutes<CallContext>.topic(of: attempt))
            }
        case WorkChannel.certificate where change.isResync: await closeRevoked()
        case WorkChannel.certificate: agentConnections.close(serial: change.payload)
        default: break
        }
    }

    /// For revocations that nobody heard of while the database was away.
    private func closeRevoked() async {
        do {
            for serial in try await certificates.revoked(among: agentConnections.serials) {
                agentConnections.close(serial: serial)
            }
        } catch {
            logger.error(
                "the deny-list cannot be read; connections stay until it is heard again",
                metadata: .init([.error: "\(error)"]))
        }
    }
}
