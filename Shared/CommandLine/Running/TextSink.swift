import Glibc

/// Where text goes: a stream of the process, or a test's memory.
package protocol TextSink: Sendable {
    /// - Throws: `OutputFailure`.
    func write(_ bytes: [UInt8]) throws(OutputFailure)
}

package enum OutputFailure: Error, Equatable {
    /// The reader has gone (`| head`); what it wanted it has.
    case closed
    case failed(errno: Int32)
}

extension TextSink {
    func write(_ text: String) throws(OutputFailure) { try write(Array(text.utf8)) }
}

/// A descriptor that somebody else opened and closes.
package struct DescriptorSink: TextSink {
    let descriptor: Int32

    package init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    package func write(_ bytes: [UInt8]) throws(OutputFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR: continue
            case EPIPE: throw .closed
            case let code: throw .failed(errno: code)
            }
        }
    }
}
