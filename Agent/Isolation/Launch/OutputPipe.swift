import Glibc
import LinuxSystem

/// The agent's end of one of the target's output streams.
struct OutputPipe {
    static let chunkBytes = 65_536

    let stream: OutputChunk.Stream
    /// Borrowed from the launch's process value, which outlives this one.
    let descriptor: CInt
    /// What was read, delivered or not.
    private(set) var bytesRead: Int64 = 0
    private(set) var isOpen = true

    init(_ stream: OutputChunk.Stream, descriptor: CInt) {
        self.stream = stream
        self.descriptor = descriptor
    }

    /// - Returns: up to `chunkBytes`; `nil` when there is nothing now or ever again.
    mutating func read(into buffer: inout [UInt8]) throws(SystemCallFailure) -> ArraySlice<UInt8>? {
        while isOpen {
            let count = unsafe Glibc.read(descriptor, &buffer, min(buffer.count, Self.chunkBytes))
            if count > 0 {
                bytesRead += Int64(count)
                return buffer[..<count]
            }
            if count == 0 {
                isOpen = false
                return nil
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: return nil
            case let code: throw SystemCallFailure("read", path: stream.rawValue, errno: code)
            }
        }
        return nil
    }
}
