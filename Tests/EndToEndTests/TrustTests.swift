import Foundation
import TestSupport
import Testing

/// How other programs learn to trust the fleet's own authority.
@Suite struct TrustTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/coming-from-perfgate-server.md")

    @Test func `the commands of the page make a client trust the fleet`() async throws {
        try await TestFleet.lend { fleet in
            let commands = try String(contentsOf: Self.page, encoding: .utf8)
                .split(separator: "\n").filter {
                    $0.contains("fleetmark-ca.pem") && $0.hasPrefix("    ")
                }
                .map {
                    String($0).replacing("https://fleet.example:8080", with: fleet.publicAddress)
                }
            #expect(commands.count == 2, "\(commands)")
            var said = ""
            for command in commands {
                let ended = try await Self.shell(command, in: fleet.folder)
                #expect(ended.status == 0, "\(command): \(ended.said)")
                said += ended.said
            }
            let shown = said.lowercased().filter { $0 != ":" }
            let expected = fleet.authorityFingerprint.lowercased().filter(\.isHexDigit)
            #expect(shown.contains(expected.suffix(64)), "\(said)")

            let python =
                "python3 -c 'import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).status)'"
            for client in ["curl --silent --show-error --fail", python] {
                let call = "\(client) \(fleet.publicAddress)/api/v1/health"
                let before = try await Self.shell(call, in: fleet.folder)
                #expect(before.status != 0, "\(before.said)")
                #expect(before.said.contains("certificate"), "\(before.said)")
                let after = try await Self.shell(
                    "SSL_CERT_FILE=fleetmark-ca.pem \(call)", in: fleet.folder)
                #expect(after.status == 0, "\(client): \(after.said)")
            }
        }
    }

    private static func shell(
        _ command: String, in folder: String
    ) async throws -> (status: CInt, said: String) {
        let program = try RunningProgram(
            "/bin/sh", ["-c", "cd \"$0\" && \(command)", folder],
            logFile: "\(folder)/shell-\(UUID().uuidString).log")
        return (try await program.wait(), program.output)
    }
}
