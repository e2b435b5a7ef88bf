import Synchronization

/// The bytes that all attempts of a spool hold together, against its capacity.
final class SpoolBudget: Sendable {
    let capacityBytes: Int64
    private let used = Mutex<Int64>(0)

    init(capacityBytes: Int64) { self.capacityBytes = capacityBytes }

    var usedBytes: Int64 { used.withLock { $0 } }

    /// Logs may fill three quarters: the last one is for samples alone.
    var logCeiling: Int64 { capacityBytes - capacityBytes / 4 }

    /// Takes the bytes if they fit under the ceiling.
    func take(_ bytes: Int64, upTo ceiling: Int64) -> Bool {
        used.withLock { used in
            guard bytes <= ceiling, used <= ceiling - bytes else { return false }
            used += bytes
            return true
        }
    }

    /// Corrects what one attempt holds, whether it fits or not.
    func settle(from old: Int64, to new: Int64) {
        used.withLock { $0 += new - old }
    }
}
