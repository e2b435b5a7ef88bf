import Dispatch
import Glibc
import Synchronization

/// Which signal asked the program to end, if one did.
package final class SignalRecord: Sendable {
    private let number = Mutex<Int32?>(nil)

    package init() {}

    var status: CommandStatus {
        number.withLock { $0 } == SIGTERM ? .terminated : .interrupted
    }

    func note(_ signal: Int32) {
        number.withLock { $0 = $0 ?? signal }
    }
}

/// Turns SIGINT and SIGTERM into cancellation of one task, while it lives.
struct SignalWatch {
    private let sources: [any DispatchSourceSignal]

    /// The second signal ends the process at once.
    init(_ record: SignalRecord, cancelling task: Task<CommandStatus, Never>) {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if task.isCancelled { _exit(128 + number) }
                record.note(number)
                task.cancel()
            }
            source.resume()
            return source
        }
    }

    func end() {
        for source in sources { source.cancel() }
    }
}
