import Glibc
package import LinuxSystem

/// Reads what is added to the kernel's log (`/dev/kmsg`), from the moment it was opened.
package final class KernelLog: Sendable {
    private static let recordBytes = 8192
    /// Records that one look takes; the rest waits for the next one.
    private static let recordsPerLook = 10_000

    private let device: OwnedDescriptor

    package convenience init(root: String) throws(SignalAbsence) {
        try self.init(tree: KernelTree(root: root))
    }

    /// Throws: why this agent may not read it.
    package init(tree: KernelTree) throws(SignalAbsence) {
        do throws(SystemCallFailure) {
            device = try .open(tree.root + "/dev/kmsg", O_RDONLY | O_NONBLOCK | O_NOCTTY)
        } catch {
            throw SignalAbsence("/dev/kmsg: \(SystemCallFailure.text(of: error.errno))")
        }
        _ = lseek(device.rawValue, 0, Int32(SEEK_END))
    }

    /// What has come since the last look.
    package func look() -> [KernelLogRecord] {
        var found: [KernelLogRecord] = []
        var buffer = [UInt8](repeating: 0, count: Self.recordBytes)
        for _ in 0..<Self.recordsPerLook {
            let count = Glibc.read(device.rawValue, &buffer, buffer.count)
            // Records that were overwritten before they were read leave a gap (EPIPE).
            if count < 0, errno == EINTR || errno == EPIPE { continue }
            guard count > 0 else { break }
            // The device gives one record a time, its continuation lines behind it.
            let text = String(decoding: buffer[..<count], as: UTF8.self)
            found += text.split(separator: "\n").compactMap { KernelLogRecord($0) }
        }
        return found
    }
}
