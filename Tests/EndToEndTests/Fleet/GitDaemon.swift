import Foundation
import Glibc
import TestSupport

/// A real server of `git://`, which a gate can hold up before it answers.
struct GitDaemon {
    let address: String
    private let process: RunningProgram

    init(serving repository: String, gates: Gates, in folder: String) async throws {
        let hook = folder + "/hook.sh"
        let script = """
            if [ -e '\(gates.folder)/hold-fetch' ]; then
                : > '\(gates.folder)/at-fetch'
                while [ -e '\(gates.folder)/hold-fetch' ]; do sleep 0.02; done
            fi

            """
        try Data(script.utf8).write(to: URL(fileURLWithPath: hook))
        var (server, port) = try Self.start(hook, folder)
        // Somebody else may have taken the port meanwhile.
        while try await !Self.isReady(server) { (server, port) = try Self.start(hook, folder) }
        process = server
        let name = URL(fileURLWithPath: repository).lastPathComponent
        address = "git://127.0.0.1:\(port)/\(name)"
    }

    private static func isReady(_ server: RunningProgram) async throws -> Bool {
        try await eventually("the git daemon does not start: \(server.output)") {
            server.hasEnded || server.output.contains("Ready to rumble")
        }
        return !server.hasEnded
    }

    private static func start(
        _ hook: String, _ folder: String
    ) throws -> (RunningProgram, UInt16) {
        let port = try freePort()
        let server = try RunningProgram(
            "/usr/lib/git-core/git-daemon",
            [
                "--listen=127.0.0.1", "--port=\(port)", "--reuseaddr", "--export-all",
                "--base-path=\(folder)", "--access-hook=sh \(hook)", "--verbose", folder,
            ], logFile: "\(folder)/daemon-\(port).log")
        return (server, port)
    }

    func end() async throws { try await process.end(SIGKILL) }

    private static func freePort() throws -> UInt16 {
        let socket = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound else { throw FleetProblem("no free port") }
        return UInt16(bigEndian: address.sin_port)
    }
}
