import Synchronization

@testable import Identity

/// A provider whose documents, faults and clock a test sets.
final class FakeProvider: ProviderDocuments {
    private struct State {
        var documents: [String: [UInt8]] = [:]
        var isDown = false
        var asked: [String] = []
        var now = ContinuousClock.now
    }

    private let state = Mutex(State())

    struct Down: Error {}

    static let issuer = "https://id.example.org"
    static let keySet = issuer + "/keys"

    /// Publishes the keys at `keySet`.
    func publish(_ document: [UInt8], at url: String = keySet) {
        state.withLock { $0.documents[url] = document }
    }

    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    /// Which addresses were asked for, in order.
    var asked: [String] { state.withLock { $0.asked } }

    var now: ContinuousClock.Instant { state.withLock { $0.now } }

    func advance(_ duration: Duration) { state.withLock { $0.now += duration } }

    func document(at url: String) async throws -> [UInt8] {
        try state.withLock { state in
            state.asked.append(url)
            guard !state.isDown, let document = state.documents[url] else { throw Down() }
            return document
        }
    }
}
