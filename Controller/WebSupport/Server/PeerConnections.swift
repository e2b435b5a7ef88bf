import NIOCore
import Synchronization

/// The open connections by the client certificate that each was made with, so that those of a
/// revoked one can be closed.
package final class PeerConnections: Sendable {
    private let open = Mutex<[String: [ObjectIdentifier: any Channel]]>([:])

    package init() {}

    /// The certificates with which connections are open.
    package var serials: [String] { open.withLock { Array($0.keys) } }

    /// Closes every connection that presented the certificate.
    /// - Returns: how many there were.
    @discardableResult
    package func close(serial: String) -> Int {
        let found = open.withLock { $0[serial] } ?? [:]
        for channel in found.values { channel.close(promise: nil) }
        return found.count
    }

    /// Knows the connection until it closes.
    func add(_ channel: any Channel, presenting serial: String) {
        let id = ObjectIdentifier(channel)
        open.withLock { $0[serial, default: [:]][id] = channel }
        channel.closeFuture.whenComplete { [weak self] _ in self?.remove(id, serial) }
    }

    private func remove(_ id: ObjectIdentifier, _ serial: String) {
        open.withLock { open in
            open[serial]?[id] = nil
            if open[serial]?.isEmpty == true { open[serial] = nil }
        }
    }
}
