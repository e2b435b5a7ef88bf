import Synchronization

/// Raised once, from any thread, when the task that waits for a transaction is cancelled.
package final class CancellationFlag: Sendable {
    private let flag = Atomic(false)

    package init() {}

    package var isRaised: Bool { flag.load(ordering: .acquiring) }
    package func raise() { flag.store(true, ordering: .releasing) }
}

/// Lets the statements of one transaction through until one of them fails.
///
/// Both drivers use it, so that both abort a transaction at its first failed statement.
package final class TransactionGate {
    /// The failure that aborted the transaction.
    package private(set) var failure: DatabaseFailure?
    private let cancellation: CancellationFlag
    private var hasEnded = false

    package init(cancellation: CancellationFlag) { self.cancellation = cancellation }

    package func run<T>(
        _ operation: () throws(DatabaseFailure) -> T
    ) throws(DatabaseFailure) -> T {
        guard !hasEnded else { throw .closed }
        guard failure == nil else { throw .transactionAborted }
        do throws(DatabaseFailure) {
            if cancellation.isRaised { throw DatabaseFailure.cancelled }
            return try operation()
        } catch {
            failure = error
            throw error
        }
    }

    /// Refuses every statement from now on.
    package func end() { hasEnded = true }
}
