import Glibc

/// Where the agent keeps its state, and who may.
package struct StateFolder: Sendable, Equatable {
    /// Absolute.
    package let path: String

    package init(path: String) { self.path = path }

    package var spool: String { path + "/spool" }
    package var work: String { path + "/work" }
    package var identity: String { path + "/identity.json" }
    package var canaryBook: String { path + "/canaries.json" }
    /// Where the canaries run; their user may write in it.
    package var canaries: String { path + "/canaries" }
    /// An enrolment that has begun; gone when the identity is there.
    package var pending: String { path + "/enrolment.json" }
    package var lock: String { path + "/lock" }

    /// Makes the folder, its parents excepted; others may pass through to the workspaces.
    package func make() throws(StateFailure) {
        for (folder, mode) in [(path, 0o711), (spool, 0o700)] {
            guard mkdir(folder, mode_t(mode)) == 0 || errno == EEXIST else {
                throw StateFailure("make", folder, errno)
            }
        }
    }

    /// Replaces a file; whole or not at all, also over a power cut. Only its owner can read it.
    package func write(_ bytes: [UInt8], to file: String) throws(StateFailure) {
        let fresh = file + ".new"
        unlink(fresh)
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StateFailure("make", fresh, errno) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                Glibc.write(
                    descriptor, all.baseAddress.map { $0 + written }, all.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw StateFailure("write", fresh, errno) }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw StateFailure("fsync", fresh, errno) }
        guard rename(fresh, file) == 0 else { throw StateFailure("rename", fresh, errno) }
        try synchronise()
    }

    /// A missing file is no failure.
    package func remove(_ file: String) throws(StateFailure) {
        guard unlink(file) == 0 || errno == ENOENT else {
            throw StateFailure("remove", file, errno)
        }
        try synchronise()
    }

    /// A name is as durable as its folder (fsync(2)).
    private func synchronise() throws(StateFailure) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StateFailure("open", path, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StateFailure("fsync", path, errno) }
    }

    /// A whole small file, for one that only its owner may read if it is `secret`.
    package func read(
        _ file: String, secret: Bool, limit: Int = 1 << 20
    ) throws(StateFailure) -> [UInt8] {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw StateFailure("read", file, errno) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw StateFailure("read", file, errno) }
        guard !secret || facts.st_mode & 0o077 == 0 else {
            throw StateFailure(
                "read", file, reason: "others may read it; chmod 600 it and enrol again")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while bytes.count <= limit {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw StateFailure("read", file, errno) }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
        }
        throw StateFailure("read", file, reason: "it is longer than \(limit) bytes")
    }
}

/// A state folder that cannot be used: which operation, on what, and why.
package struct StateFailure: Error, Equatable, CustomStringConvertible {
    package let operation: String
    package let path: String
    package let reason: String
    package let isMissing: Bool

    package init(_ operation: String, _ path: String, _ code: Int32) {
        self.operation = operation
        self.path = path
        reason = String(cString: strerror(code))
        isMissing = code == ENOENT
    }

    package init(_ operation: String, _ path: String, reason: String) {
        self.operation = operation
        self.path = path
        self.reason = reason
        isMissing = false
    }

    package var description: String { "cannot \(operation) \(path): \(reason)" }
}

/// Holds a state folder for one process; the kernel lets go of it when the process dies (flock(2)).
package final class StateLock: Sendable {
    private let descriptor: Int32

    package init(_ folder: StateFolder) throws(StateFailure) {
        let found = open(folder.lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard found >= 0 else { throw StateFailure("open", folder.lock, errno) }
        guard flock(found, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(found)
            guard code == EWOULDBLOCK else { throw StateFailure("lock", folder.lock, code) }
            throw StateFailure(
                "lock", folder.lock, reason: "another agent runs with this state folder")
        }
        descriptor = found
    }

    deinit { close(descriptor) }
}
