import Glibc

/// A system call that failed: which, on what, and why.
package struct SystemCallFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let call: String
    /// The object, where the call has one.
    package let path: String?
    package let errno: Int32

    package init(_ call: String, path: String? = nil, errno: Int32) {
        self.call = call
        self.path = path
        self.errno = errno
    }

    package var description: String {
        guard let path else { return "\(call): \(Self.text(of: errno))" }
        return "\(call) \(path): \(Self.text(of: errno))"
    }

    /// The kernel's words for an error number, with the number.
    package static func text(of errno: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        let status = unsafe strerror_r(errno, &buffer, buffer.count)
        guard status == 0 else { return "unknown error (errno \(errno))" }
        let words = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return "\(String(decoding: words, as: UTF8.self)) (errno \(errno))"
    }
}
