import Dispatch
import Glibc
import Synchronization

/// Writes what programs have left in memory before the next one is measured (sync(2)).
package enum DiskSync {
    /// Returns: whether it was through in time; it goes on by itself otherwise.
    @discardableResult
    package static func run(atMost limit: Duration = .seconds(30)) async -> Bool {
        await withCheckedContinuation { continuation in
            let answer = FirstAnswer(continuation)
            DispatchQueue.global().async {
                sync()
                answer.give(true)
            }
            let seconds = Double(limit.components.seconds)
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { answer.give(false) }
        }
    }
}

/// Of two that answer, the second is not heard.
private final class FirstAnswer: Sendable {
    private let continuation: Mutex<CheckedContinuation<Bool, Never>?>

    init(_ continuation: CheckedContinuation<Bool, Never>) {
        self.continuation = Mutex(continuation)
    }

    func give(_ value: Bool) {
        let waiting = continuation.withLock { $0.take() }
        waiting?.resume(returning: value)
    }
}
