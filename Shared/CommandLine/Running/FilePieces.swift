import Glibc

/// A file that is read piece by piece.
final class FilePieces {
    private let path: String
    private let descriptor: Int32

    init(_ path: String) throws(CommandFailure) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Self.unreadable(path, String(cString: strerror(errno)))
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The next bytes; none at the end of the file.
    func next(atMost count: Int) throws(CommandFailure) -> [UInt8] {
        do throws(FileDescriptorFailure) {
            return try Self.read(descriptor, atMost: count)
        } catch {
            throw Self.unreadable(path, error.reason)
        }
    }

    /// One read(2) that a signal does not end.
    static func read(
        _ descriptor: Int32, atMost count: Int
    ) throws(FileDescriptorFailure) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: max(1, count)) { buffer, filled in
            var found = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            while found < 0, errno == EINTR {
                found = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
            code = found < 0 ? errno : 0
            filled = max(0, found)
        }
        guard code == 0 else {
            throw FileDescriptorFailure(reason: String(cString: strerror(code)))
        }
        return bytes
    }

    private static func unreadable(_ path: String, _ reason: String) -> CommandFailure {
        CommandFailure(.usage, "unreadable", "\(path) could not be read", why: reason)
    }
}

/// Why nothing can be read.
struct FileDescriptorFailure: Error {
    let reason: String
}
