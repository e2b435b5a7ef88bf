import Foundation
import Glibc
import LinuxSystem
import Subprocess
import TestSupport
import Testing

/// The program of `Programs/escape.c`, compiled once. Nothing of this process ever writes it: a
/// file that somebody has open for writing cannot be executed (execve(2), ETXTBSY).
enum HostileProgram {
    private static let compiled = Task { () throws -> String in
        let source =
            #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/") + "/Programs/escape.c"
        let folder = "/tmp/fleetmark-escape-\(getpid())"
        atexit { try? FileManager.default.removeItem(atPath: "/tmp/fleetmark-escape-\(getpid())") }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755])
        let program = folder + "/escape"
        let result = try await Subprocess.run(
            .name("cc"), arguments: ["-O1", "-o", program, source],
            output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
        try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
        return program
    }

    /// Its path on the host; a room sees it where it is shared.
    static func path() async throws -> String { try await compiled.value }
}

/// Listens on the host's loopback device.
final class LoopbackServer {
    private let descriptor: CInt
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let number = descriptor
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, size) == 0 && listen(number, 4) == 0
                    && getsockname(number, $0, &size) == 0
            }
        }
        try #require(status)
        port = UInt16(bigEndian: address.sin_port)
    }

    /// Whether somebody has called.
    var hasCaller: Bool {
        var waiting = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        return poll(&waiting, 1, 0) > 0
    }

    deinit { close(descriptor) }
}

/// Listens by a name that is no path (unix(7), "abstract").
final class AbstractService {
    private let descriptor: CInt
    let name = "fleetmark-test-\(UUID().uuidString)"

    init() throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(name.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0[1...].copyBytes(from: bytes) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + 1 + bytes.count)
        let number = descriptor
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, size) == 0 && listen(number, 4) == 0
            }
        }
        try #require(status)
    }

    deinit { close(descriptor) }
}
