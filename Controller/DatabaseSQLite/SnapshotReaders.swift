import Database

/// Runs read transactions, a few at once, each on a snapshot.
final class SnapshotReaders: Sendable {
    private let store: SQLiteStore
    private let context: SQLiteContext
    private let line: WorkLine

    init(_ store: SQLiteStore, _ context: SQLiteContext, width: Int, capacity: Int) {
        self.store = store
        self.context = context
        line = WorkLine(capacity: capacity, width: width)
    }

    func submit(_ work: QueuedWork) {
        if line.join(work) { startTurn() }
    }

    func cancel(_ cancellation: CancellationFlag) { line.cancel(cancellation) }
    func close() async { await line.close() }

    private func startTurn() {
        store.read { result in
            if let work = self.line.next() { self.run(work, on: result) }
            if self.line.endTurn() { self.startTurn() }
        }
    }

    private func run(_ work: QueuedWork, on result: Result<SQLiteHandle, SQLiteError>) {
        switch result {
        case .success(let handle):
            let connection = SQLiteConnection(
                handle, context, cancellation: work.cancellation, isReadOnly: true)
            work.perform(connection).deliver()
        case .failure(let error):
            work.fail(SQLiteFailure.of(error, "BEGIN", on: nil))
        }
    }
}
