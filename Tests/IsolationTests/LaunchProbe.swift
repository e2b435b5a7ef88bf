import Glibc
import Isolation
import LinuxSystem
import Synchronization
import TestSupport

/// Runs plans through the real launcher and keeps what they wrote.
enum LaunchProbe {
    struct Result: Sendable {
        let outcome: LaunchOutcome
        let out: String
        let err: String
        let chunks: [OutputChunk]
    }

    static let isRoot = geteuid() == 0
    /// Set by `UnprivilegedEscapeTests` for the tests that it starts as another user.
    static let userRooms = "FLEETMARK_TEST_USER_ROOMS"
    static let isInUserRooms = getenv(userRooms) != nil
    /// Numbers that own nothing else on the machine.
    static let identity = isRoot ? ProcessIdentity(uid: 64_011, gid: 64_011) : nil

    static func launcher() throws -> Launcher {
        Launcher(programPath: try BuiltProducts.path(of: "fleetmark-launch"))
    }

    static func plan(
        _ arguments: [String], limits: LaunchLimits = LaunchLimits(wall: .seconds(60))
    ) -> LaunchPlan {
        LaunchPlan(
            arguments: arguments, directory: "/",
            environment: ["PATH": CleanEnvironment.standardPath], identity: identity,
            limits: limits, phase: .measure)
    }

    static func shell(
        _ script: String, limits: LaunchLimits = LaunchLimits(wall: .seconds(60))
    ) -> LaunchPlan {
        plan(["/bin/sh", "-c", script], limits: limits)
    }

    static func run(
        _ plan: LaunchPlan, by launcher: Launcher? = nil,
        cancellation: LaunchCancellation = LaunchCancellation(),
        onChunk: @escaping @Sendable (OutputChunk) -> Void = { _ in }
    ) async throws -> Result {
        let kept = ChunkStore()
        let launcher = try launcher ?? self.launcher()
        let outcome = try await launcher.run(plan, cancellation: cancellation) { chunk in
            kept.append(chunk)
            onChunk(chunk)
        }
        let chunks = kept.chunks
        return Result(
            outcome: outcome, out: text(chunks, .out), err: text(chunks, .err), chunks: chunks)
    }

    private static func text(_ chunks: [OutputChunk], _ stream: OutputChunk.Stream) -> String {
        String(decoding: chunks.filter { $0.stream == stream }.flatMap(\.bytes), as: UTF8.self)
    }

    /// Whether a process is there and not a zombie.
    static func isAlive(_ pid: Int32) -> Bool {
        guard let state = try? KernelTree().field("State", in: "/proc/\(pid)/status") else {
            return false
        }
        return !state.hasPrefix("Z") && !state.hasPrefix("X")
    }
}

/// Output chunks in their order of arrival.
final class ChunkStore: Sendable {
    private let kept = Mutex<[OutputChunk]>([])

    func append(_ chunk: OutputChunk) { kept.withLock { $0.append(chunk) } }
    var chunks: [OutputChunk] { kept.withLock { $0 } }
}
