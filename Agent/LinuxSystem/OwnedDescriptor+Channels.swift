import Glibc

extension OwnedDescriptor {
    /// The two ends of something, both closed on exec.
    package struct Pair: ~Copyable, Sendable {
        /// Of a pipe: where it is read.
        package let first: OwnedDescriptor
        /// Of a pipe: where it is written.
        package let second: OwnedDescriptor

        /// Closes the second end.
        package consuming func takeFirst() -> OwnedDescriptor { first }
    }

    /// A pipe. Glibc's module lacks pipe2(2), so for a moment both ends survive an exec: whoever
    /// starts programs must close what it does not hand over, as the launcher does.
    package static func pipe() throws(SystemCallFailure) -> Pair {
        var ends: [CInt] = [-1, -1]
        _ = try retryingOnInterrupt("pipe") { unsafe Glibc.pipe(&ends) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return Pair(
            first: OwnedDescriptor(adopting: ends[0]), second: OwnedDescriptor(adopting: ends[1]))
    }

    /// How connected Unix sockets carry bytes.
    package enum Framing: Sendable {
        /// Each send is one packet.
        case packets
        case stream
    }

    package static func sockets(_ framing: Framing) throws(SystemCallFailure) -> Pair {
        var ends: [CInt] = [-1, -1]
        let type = framing == .packets ? SOCK_SEQPACKET : SOCK_STREAM
        let kind = CInt(type.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        _ = try retryingOnInterrupt("socketpair") { unsafe socketpair(AF_UNIX, kind, 0, &ends) }
        return Pair(
            first: OwnedDescriptor(adopting: ends[0]), second: OwnedDescriptor(adopting: ends[1]))
    }

    /// Opens an existing file or folder for reading; a symbolic link at any place of the path is
    /// refused (ELOOP or ENOTDIR), so that no stranger who owns a folder on the way redirects it.
    ///
    /// `path`: absolute, without `..`.
    package static func openWithoutLinks(
        _ path: String, _ flags: CInt
    ) throws(SystemCallFailure) -> OwnedDescriptor {
        var names = path.split(separator: "/").map(String.init)
        guard path.hasPrefix("/"), !names.contains("..") else {
            throw SystemCallFailure("open", path: path, errno: EINVAL)
        }
        let last = names.popLast() ?? "."
        var folder = try open("/", Self.pathOnly | O_DIRECTORY)
        for name in names {
            folder = try folder.below(name, Self.pathOnly | O_DIRECTORY | O_NOFOLLOW, of: path)
        }
        return try folder.below(last, flags | O_NOFOLLOW, of: path)
    }

    /// O_PATH of asm-generic/fcntl.h, which Glibc's module lacks: needs no right to list.
    private static var pathOnly: CInt { 0o10_000_000 }

    private borrowing func below(
        _ name: String, _ flags: CInt, of path: String
    ) throws(SystemCallFailure) -> OwnedDescriptor {
        let number = rawValue
        let opened = try retryingOnInterrupt("openat", path: path) {
            unsafe openat(number, name, flags | O_CLOEXEC)
        }
        return OwnedDescriptor(adopting: opened)
    }
}
