import Glibc

/// Lets one thread wait for a socket and be woken by others. Source: socketpair(2), poll(2).
final class WakeSignal: Sendable {
    private let readEnd: CInt
    private let writeEnd: CInt

    /// Nil when the process has no descriptor left.
    init?() {
        var ends: [CInt] = [-1, -1]
        let kind =
            SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        guard socketpair(AF_UNIX, CInt(kind), 0, &ends) == 0 else { return nil }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Wakes the waiting thread, or lets its next wait return at once.
    func wake() {
        // A full buffer wakes just as well.
        _ = write(writeEnd, [1], 1)
    }

    /// Waits until `socket` (none when nil) can be read, `wake` is called, or the time is over.
    /// - Returns: whether the socket can be read, its end included.
    func wait(for socket: CInt?, milliseconds: CInt?) -> Bool {
        // poll(2) skips negative descriptors.
        var polled = [
            pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        // An interruption by a signal looks like a time that is over; the caller looks again.
        guard poll(&polled, 2, milliseconds ?? -1) > 0 else { return false }
        if polled[0].revents != 0 {
            var drained = [UInt8](repeating: 0, count: 64)
            while read(readEnd, &drained, drained.count) == drained.count {}
        }
        return polled[1].revents != 0
    }
}
