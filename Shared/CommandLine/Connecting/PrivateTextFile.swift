import FoundationEssentials
import Glibc

/// Files that hold secrets.
enum PrivateTextFile {
    /// - Throws: when it cannot be read, is longer than 64 KiB, or others may read it.
    static func read(_ path: String) throws(CommandFailure) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw unreadable(path) }
        guard facts.st_mode & S_IFMT != S_IFREG || facts.st_mode & 0o077 == 0 else {
            throw CommandFailure(
                .usage, "secret_readable", "the secret in \(path) is readable by others",
                why: "its mode is \(String(facts.st_mode & 0o777, radix: 8))",
                try: "chmod 600 \(path)")
        }
        var bytes = [UInt8](repeating: 0, count: 65_537)
        var filled = 0
        while filled < bytes.count {
            let room = bytes.count - filled
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, room)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            if count == 0 { break }
            filled += count
        }
        guard filled < bytes.count else {
            throw .usage("\(path) is too long for a file with a secret")
        }
        return String(decoding: bytes[..<filled], as: UTF8.self)
    }

    /// Writes a new file beside the old one and puts it in its place; mode 0600, folder 0700.
    static func write(_ text: String, to path: String, in folder: String) throws(CommandFailure) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure(
                .failed, "not_stored", "the folder \(folder) could not be made", why: "\(error)")
        }
        let draft = "\(path).\(getpid()).new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unwritable(path) }
        do throws(OutputFailure) {
            try DescriptorSink(descriptor).write(text)
        } catch {
            close(descriptor)
            unlink(draft)
            throw unwritable(path)
        }
        guard fsync(descriptor) == 0, close(descriptor) == 0, rename(draft, path) == 0 else {
            let failure = unwritable(path)
            unlink(draft)
            throw failure
        }
    }

    /// Writes a key that is shown this once into a file that did not exist; when that fails, its id
    /// says what to revoke.
    static func make(_ text: String, at path: String, keeping id: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(
                .failed, "not_stored", "\(path) could not be made, and the key is lost",
                why: String(cString: strerror(errno)), try: "fleetmark keys revoke \(id)")
        }
        defer { close(descriptor) }
        do throws(OutputFailure) {
            try DescriptorSink(descriptor).write(text)
        } catch {
            throw unwritable(path)
        }
    }

    private static func unreadable(_ path: String) -> CommandFailure {
        CommandFailure(
            .usage, "unreadable", "\(path) could not be read",
            why: String(cString: strerror(errno)))
    }

    private static func unwritable(_ path: String) -> CommandFailure {
        CommandFailure(
            .failed, "not_stored", "\(path) could not be written",
            why: String(cString: strerror(errno)))
    }
}
