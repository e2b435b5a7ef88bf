import Database

/// The one writer: runs waiting writes each in its own savepoint inside one synced commit.
///
/// A caller hears of success only after the commit; when the commit fails, all of the group fail.
final class GroupingWriter: Sendable {
    private let store: SQLiteStore
    private let context: SQLiteContext
    private let hub: NotificationHub
    private let limits: SQLiteConfiguration.Group
    private let line: WorkLine

    init(
        _ store: SQLiteStore, _ context: SQLiteContext, _ hub: NotificationHub,
        limits: SQLiteConfiguration.Group, capacity: Int
    ) {
        self.store = store
        self.context = context
        self.hub = hub
        self.limits = limits
        line = WorkLine(capacity: capacity, width: 1)
    }

    func submit(_ work: QueuedWork) {
        if line.join(work) { startTurn() }
    }

    /// How many writes wait now.
    var waitingCount: Int { line.waitingCount }

    func cancel(_ cancellation: CancellationFlag) { line.cancel(cancellation) }
    func close() async { await line.close() }

    /// One group per turn, so that readers of a memory database get in between.
    private func startTurn() {
        store.write { handle in
            if let first = self.line.next() { self.runGroup(from: first, on: handle) }
            if self.line.endTurn() { self.startTurn() }
        }
    }

    private func runGroup(from first: QueuedWork, on handle: SQLiteHandle) {
        if let failure = control("BEGIN IMMEDIATE", on: handle) {
            first.fail(failure)
            return
        }
        var group = Group()
        let clock = ContinuousClock()
        let deadline = clock.now + limits.span
        var next: QueuedWork? = first
        while let work = next {
            guard admit(work, to: &group, on: handle) else { return }
            let isFull =
                group.members.count >= limits.writes || group.bytes >= limits.bytes
                || clock.now >= deadline
            next = isFull ? nil : line.next()
        }
        commit(group, on: handle)
    }

    /// Runs one write in a savepoint.
    /// - Returns: false when the whole transaction is gone and the group is settled.
    private func admit(
        _ work: QueuedWork, to group: inout Group, on handle: SQLiteHandle
    ) -> Bool {
        if let failure = control("SAVEPOINT member", on: handle) {
            work.fail(failure)
            return undo(group, on: handle)
        }
        let connection = SQLiteConnection(
            handle, context, cancellation: work.cancellation, isReadOnly: false)
        let outcome = work.perform(connection)
        group.bytes += connection.boundBytes
        // SQLite undoes everything itself after an interrupt, a full disk and the like.
        guard handle.isInTransaction else {
            outcome.hasFailed ? outcome.deliver() : work.fail(Self.undone)
            return undo(group, on: handle)
        }
        let breaksForeignKey = !outcome.hasFailed && handle.hasOpenForeignKey
        if outcome.hasFailed || breaksForeignKey {
            let failure = control("ROLLBACK TO member; RELEASE member", on: handle)
            breaksForeignKey ? work.fail(Self.openForeignKey) : outcome.deliver()
            return failure == nil || undo(group, on: handle)
        }
        if let failure = control("RELEASE member", on: handle) {
            work.fail(failure)
            return undo(group, on: handle)
        }
        group.members.append(.init(work, outcome, connection.notifications))
        return true
    }

    private func commit(_ group: Group, on handle: SQLiteHandle) {
        if let failure = control("COMMIT", on: handle) {
            if handle.isInTransaction { _ = control("ROLLBACK", on: handle) }
            for member in group.members { member.work.fail(failure) }
            return
        }
        for member in group.members {
            member.outcome.deliver()
            hub.publish(member.notifications)
        }
    }

    /// Gives up the transaction and lines up again those who had succeeded in it.
    /// - Returns: false, always.
    private func undo(_ group: Group, on handle: SQLiteHandle) -> Bool {
        if handle.isInTransaction { _ = control("ROLLBACK", on: handle) }
        line.putBack(group.members.map(\.work))
        return false
    }

    private func control(_ sql: String, on handle: SQLiteHandle) -> DatabaseFailure? {
        do throws(SQLiteError) {
            try handle.run(sql)
            return nil
        } catch {
            return SQLiteFailure.of(error, sql, on: nil)
        }
    }

    private static let undone = DatabaseFailure.unavailable(reason: "SQLite rolled back")
    private static let openForeignKey = DatabaseFailure.foreignKeyViolation(
        detail: "a deferred constraint at the end of the transaction")

    private struct Group {
        struct Member {
            let work: QueuedWork
            let outcome: QueuedWork.Outcome
            let notifications: [DatabaseNotification]

            init(
                _ work: QueuedWork, _ outcome: QueuedWork.Outcome,
                _ notifications: [DatabaseNotification]
            ) {
                self.work = work
                self.outcome = outcome
                self.notifications = notifications
            }
        }
        var members: [Member] = []
        var bytes = 0
    }
}
