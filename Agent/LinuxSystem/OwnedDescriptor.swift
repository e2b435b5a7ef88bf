import Glibc

/// Owns one descriptor and closes it exactly once.
package struct OwnedDescriptor: ~Copyable, Sendable {
    package let rawValue: CInt

    package init(adopting rawValue: CInt) { self.rawValue = rawValue }

    deinit { _ = close(rawValue) }

    /// Opens a path with O_CLOEXEC added to `flags`.
    package static func open(
        _ path: String, _ flags: CInt, mode: UInt32 = 0o600
    ) throws(SystemCallFailure) -> OwnedDescriptor {
        let descriptor = try retryingOnInterrupt("open", path: path) {
            unsafe Glibc.open(path, flags | O_CLOEXEC, mode)
        }
        return OwnedDescriptor(adopting: descriptor)
    }

    /// A second descriptor of the same open file with a number of at least `minimum`, closed on
    /// exec.
    package func duplicated(atLeast minimum: CInt = 0) throws(SystemCallFailure) -> OwnedDescriptor
    {
        let number = rawValue
        let copy = try retryingOnInterrupt("fcntl F_DUPFD_CLOEXEC") {
            fcntl(number, F_DUPFD_CLOEXEC, minimum)
        }
        return OwnedDescriptor(adopting: copy)
    }

    package func setNonBlocking() throws(SystemCallFailure) {
        let number = rawValue
        let flags = try retryingOnInterrupt("fcntl F_GETFL") { fcntl(number, F_GETFL) }
        _ = try retryingOnInterrupt("fcntl F_SETFL") {
            fcntl(number, F_SETFL, flags | O_NONBLOCK)
        }
    }
}
