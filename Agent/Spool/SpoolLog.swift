import Glibc

/// The log of one attempt: a plain file that only grows, until it is cut once.
///
/// Bytes are held in memory until `flush`, so that a measured repetition sees no disk work.
struct SpoolLog: ~Copyable {
    /// What stands at the place where the log was cut.
    static let truncationMark = Array("\n[fleetmark] log truncated\n".utf8)

    private let file: LogDescriptor
    private let path: String
    private var held: [UInt8] = []
    /// Bytes in the file; all of them are on disk.
    private(set) var storedLength: Int64
    /// No more bytes are taken: the mark is the last.
    private(set) var isCut: Bool

    /// Opens the file and cuts it to the length that was last made durable with the records.
    static func open(path: String, length: Int64, isCut: Bool) throws(SpoolFailure) -> SpoolLog {
        let file = try LogDescriptor(opening: path)
        let stored = try file.shorten(to: length, path)
        var log = SpoolLog(file: file, path: path, storedLength: stored, isCut: isCut)
        try log.markLoss(ofBytesBefore: length)
        return log
    }

    private init(file: consuming LogDescriptor, path: String, storedLength: Int64, isCut: Bool) {
        self.file = file
        self.path = path
        self.storedLength = storedLength
        self.isCut = isCut
    }

    /// A file shorter than it was says so with the mark, unless it was cut and has it.
    private mutating func markLoss(ofBytesBefore length: Int64) throws(SpoolFailure) {
        guard storedLength < length, !isCut else { return }
        let mark = Int64(Self.truncationMark.count)
        if try chunk(from: storedLength - mark, limit: Int(mark)) == Self.truncationMark {
            isCut = true
        } else {
            cut()
        }
    }

    /// Length with the held bytes.
    var length: Int64 { storedLength + Int64(held.count) }

    var hasHeldBytes: Bool { !held.isEmpty }

    mutating func append(_ bytes: some Collection<UInt8>) { held += bytes }

    /// Ends the log here with the mark.
    mutating func cut() {
        guard !isCut else { return }
        held += Self.truncationMark
        isCut = true
    }

    /// Ends the log after the first `keep` bytes, which may have been sent, with the mark.
    mutating func drop(after keep: Int64) throws(SpoolFailure) {
        if keep < storedLength {
            guard ftruncate(file.rawValue, Int(keep)) == 0 else {
                throw SpoolFiles.failure("truncate", path, errno)
            }
            storedLength = keep
        }
        held.removeAll()
        isCut = false
        cut()
    }

    /// Writes the held bytes and makes them durable. After a failure they are still held.
    mutating func flush() throws(SpoolFailure) {
        guard !held.isEmpty else { return }
        var written = 0
        while written < held.count {
            let count = held.withUnsafeBytes { bytes -> Int in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
                return pwrite(
                    file.rawValue, rest.baseAddress, rest.count, Int(storedLength) + written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SpoolFiles.failure("write", path, errno) }
            written += count
        }
        guard fdatasync(file.rawValue) == 0 else { throw SpoolFiles.failure("fsync", path, errno) }
        storedLength += Int64(held.count)
        held.removeAll()
    }

    /// Durable bytes from `offset` on, at most `limit`; empty at the end.
    func chunk(from offset: Int64, limit: Int) throws(SpoolFailure) -> [UInt8] {
        guard offset >= 0, offset < storedLength, limit > 0 else { return [] }
        let wanted = Int(min(Int64(limit), storedLength - offset))
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            let whole = UnsafeMutableRawBufferPointer(buffer)
            while count < wanted {
                let rest = UnsafeMutableRawBufferPointer(rebasing: whole[count...])
                let read = pread(file.rawValue, rest.baseAddress, rest.count, Int(offset) + count)
                if read < 0, errno == EINTR { continue }
                guard read > 0 else {
                    code = read < 0 ? errno : 0
                    return
                }
                count += read
            }
        }
        guard code == 0 else { throw SpoolFiles.failure("read", path, code) }
        return bytes
    }
}

/// Owns the log's descriptor and closes it exactly once.
struct LogDescriptor: ~Copyable {
    let rawValue: Int32

    init(opening path: String) throws(SpoolFailure) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SpoolFiles.failure("open", path, errno) }
        rawValue = descriptor
    }

    deinit { close(rawValue) }

    /// The length of the file, which is at most `length` after the call.
    func shorten(to length: Int64, _ path: String) throws(SpoolFailure) -> Int64 {
        let found = Int64(lseek(rawValue, 0, SEEK_END))
        guard found >= 0 else { throw SpoolFiles.failure("seek", path, errno) }
        guard found > length else { return found }
        guard ftruncate(rawValue, Int(length)) == 0 else {
            throw SpoolFiles.failure("truncate", path, errno)
        }
        return length
    }
}
