import Foundation
import Glibc
import Subprocess
import TestSupport
import Testing

/// The tests of `EscapeTests` once more, for an agent that is not root: its rooms are made inside a
/// namespace of users.
@Suite(.enabled(if: LaunchProbe.isRoot)) struct UnprivilegedEscapeTests {
    /// A number that owns nothing else on the machine.
    private static let user = "64098"

    @Test(.timeLimit(.minutes(5)))
    func `whatever a program tries in a room without root is refused as well`() async throws {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? program
        try await require(["test", "-x", try BuiltProducts.path(of: "fleetmark-launch")])
        try await require([
            "unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork",
            "mount", "-t", "proc", "proc", "/proc",
        ])
        let own = program == bundle ? [bundle] : [program, "--test-bundle-path", bundle]
        let (status, output) = try await asUser(
            own + ["--testing-library", "swift-testing", "--filter", "IsolationTests.EscapeTests"])
        let lines = output.split(separator: "\n")
        let problems = lines.filter { $0.contains("✘") || $0.contains("↳") }
        #expect(status == 0, "\(problems.joined(separator: "\n"))")
        let passed = lines.count { $0.contains("✔ Test ") && $0.contains("passed") }
        #expect(passed >= 40, "\(output.suffix(2000))")
    }

    /// Ends the test with the machine's own words where it lets no user make a room.
    private func require(_ command: [String]) async throws {
        let (status, output) = try await asUser(command)
        guard status != 0 else { return }
        let words = output.trimmingCharacters(in: .whitespacesAndNewlines)
        try Test.cancel("as user \(Self.user), `\(command.joined(separator: " "))`: \(words)")
    }

    private func asUser(_ command: [String]) async throws -> (status: Int32, output: String) {
        let ids = ["--reuid", Self.user, "--regid", Self.user, "--clear-groups"]
        let environment = [
            "env", "-i", "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp",
            "LD_LIBRARY_PATH=\(ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] ?? "")",
            "\(LaunchProbe.userRooms)=1",
        ]
        let result = try await Subprocess.run(
            .name("setpriv"), arguments: Arguments(ids + environment + command),
            output: .string(limit: 4 << 20), error: .string(limit: 1 << 20))
        guard case .exited(let status) = result.terminationStatus else { return (-1, "") }
        return (status, result.standardOutput + result.standardError)
    }
}
