import Glibc

extension OwnedDescriptor {
    /// One read(2).
    ///
    /// - Returns: empty at the end of the file.
    package borrowing func read(upTo limit: Int) throws(SystemCallFailure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: max(0, limit))
        let number = rawValue
        let count = try retryingOnInterrupt("read") {
            unsafe buffer.withUnsafeMutableBytes { space in
                unsafe Glibc.read(number, space.baseAddress, space.count)
            }
        }
        buffer.removeLast(buffer.count - count)
        return buffer
    }

    /// Writes all bytes, in as many write(2) calls as it takes.
    package borrowing func write(_ bytes: [UInt8]) throws(SystemCallFailure) {
        let number = rawValue
        var offset = 0
        while offset < bytes.count {
            offset += try retryingOnInterrupt("write") {
                unsafe bytes.withUnsafeBytes { all in
                    let rest = unsafe UnsafeRawBufferPointer(rebasing: all[offset...])
                    return unsafe Glibc.write(number, rest.baseAddress, rest.count)
                }
            }
        }
    }
}
