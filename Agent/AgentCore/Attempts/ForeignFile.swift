import Glibc
import Spool

/// A regular file that a stranger wrote and nothing else has a name for: a second name could be
/// that of a file which only the agent may read.
final class ForeignFile {
    private let descriptor: Int32
    let sizeBytes: Int64

    init(_ path: String) throws(ArtifactCopy.Refusal) {
        descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        var facts = stat()
        let isOpen = descriptor >= 0 && fstat(descriptor, &facts) == 0
        let code = errno
        sizeBytes = Int64(facts.st_size)
        guard isOpen else { throw .init(reason: "it cannot be read (errno \(code))") }
        guard facts.st_mode & S_IFMT == S_IFREG, facts.st_nlink == 1 else {
            throw .init(reason: "it is no plain file")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func read(upTo limit: Int) throws(SpoolFailure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: limit)
        while true {
            let count = Glibc.read(descriptor, &buffer, limit)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw .storage(
                    operation: "read", path: "", reason: String(cString: strerror(errno)))
            }
            return Array(buffer.prefix(count))
        }
    }

    /// All of a file that is kept in memory.
    static func whole(_ path: String) throws -> [UInt8] {
        let file = try ForeignFile(path)
        guard file.sizeBytes <= wholeLimitBytes else {
            throw ArtifactCopy.Refusal(reason: "it has more than \(wholeLimitBytes) bytes")
        }
        var bytes: [UInt8] = []
        while Int64(bytes.count) < file.sizeBytes {
            let part = try file.read(upTo: Int(min(1 << 20, file.sizeBytes - Int64(bytes.count))))
            if part.isEmpty { break }
            bytes += part
        }
        return bytes
    }

    private static let wholeLimitBytes: Int64 = 256 << 20
}
