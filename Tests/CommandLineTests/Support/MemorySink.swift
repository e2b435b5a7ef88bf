import CommandLine
import Synchronization

/// Keeps what was written; closes after a number of bytes where a test asks for that.
final class MemorySink: TextSink {
    private let bytes = Mutex<[UInt8]>([])
    private let room: Int

    init(room: Int = .max) {
        self.room = room
    }

    func write(_ new: [UInt8]) throws(OutputFailure) {
        let isFull = bytes.withLock { kept in
            guard kept.count + new.count <= room else { return true }
            kept += new
            return false
        }
        if isFull { throw .closed }
    }

    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
}
