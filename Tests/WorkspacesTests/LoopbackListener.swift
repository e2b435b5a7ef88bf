import Foundation
import Glibc
import Synchronization

/// A TCP port on loopback that says nothing, or one fixed answer, to whoever connects.
final class LoopbackListener: Sendable {
    let port: UInt16
    private let descriptor: CInt
    private let requests = Mutex<[String]>([])

    struct SystemRefusal: Error {
        let call: String
        let number: CInt
    }

    /// Without an answer it never accepts: the kernel completes the handshake, and no byte ever
    /// comes.
    init(answer: String? = nil) throws {
        let number = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard number >= 0 else { throw SystemRefusal(call: "socket", number: errno) }
        descriptor = number
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(number, name, size) == 0 && listen(number, 16) == 0
                    && getsockname(number, name, &size) == 0
            }
        }
        guard status else { throw SystemRefusal(call: "listen", number: errno) }
        port = UInt16(bigEndian: address.sin_port)
        guard let answer else { return }
        Thread.detachNewThread { [weak self] in
            while Self.serve(
                number, answer, { text in self?.requests.withLock { $0.append(text) } })
            {}
        }
    }

    deinit {
        shutdown(descriptor, CInt(SHUT_RDWR))
        close(descriptor)
    }

    /// What was asked, one text per connection.
    var heard: [String] { requests.withLock { $0 } }

    private static func serve(
        _ number: CInt, _ answer: String, _ hear: (String) -> Void
    ) -> Bool {
        let client = accept(number, nil, nil)
        guard client >= 0 else { return false }
        defer { close(client) }
        var text = ""
        while !text.contains("\r\n\r\n") {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(client, &buffer, buffer.count)
            guard count > 0 else { return true }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        hear(text)
        _ = write(client, answer, answer.utf8.count)
        return true
    }
}
