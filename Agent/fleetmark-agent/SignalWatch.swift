import Dispatch
import Glibc
import Synchronization

/// Counts SIGTERM and SIGINT, which no longer end the process by themselves.
final class SignalWatch {
    /// Yields with the first signal; later ones may be merged.
    let arrivals: AsyncStream<Void>
    private let sources: [any DispatchSourceSignal]

    /// `action`: called with 1 for the first signal, 2 for the second …
    init(_ action: @escaping @Sendable (Int) -> Void) {
        let (arrivals, arrival) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.arrivals = arrivals
        let queue = DispatchQueue(label: "fleetmark.signals")
        let seen = SignalCount()
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                let total = seen.increment()
                arrival.yield()
                action(total)
            }
            source.resume()
            return source
        }
    }

    func stop() {
        for source in sources { source.cancel() }
    }
}

private final class SignalCount: Sendable {
    private let value = Mutex(0)

    func increment() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}
