import GitRemote
import Glibc
import Isolation
import LinuxSystem
import Synchronization

/// Runs git through the launcher, as the identity that fetches.
struct LaunchedGit: Sendable {
    let settings: WorkspaceSettings
    let launcher: any ProgramLauncher
    let cancellation: LaunchCancellation
    /// What git says goes to the attempt's log, too.
    let output: @Sendable (OutputChunk) -> Void
    /// Gets what was in force around each git.
    let receipt: @Sendable (IsolationReceipt) -> Void

    struct Reply: Sendable {
        let outcome: LaunchOutcome
        let output: [UInt8]
        let message: String

        var succeeded: Bool { outcome.succeeded }
        var lines: [Substring] {
            String(decoding: output, as: UTF8.self).split(separator: "\n")
        }
    }

    private static let outputLimitBytes = 16 << 20
    private static let messageLimitBytes = 64 << 10

    private final class Capture: Sendable {
        let bytes = Mutex<(out: [UInt8], err: [UInt8])>(([], []))
    }

    /// Without a remote: only what is on this machine.
    func run(
        _ operation: String, _ arguments: [String], in directory: String
    ) async throws(WorkspaceFailure) -> Reply {
        let guarded = GuardedGit(
            transports: settings.transports, searchPath: settings.searchPath)
        return try await launch(
            operation, arguments, directory, environment: guarded.environment(),
            limit: settings.localLimit)
    }

    /// `remote`: whom the call speaks to; without one it has no network.
    func launch(
        _ operation: String, _ arguments: [String], _ directory: String,
        environment: [String: String], limit: Duration, remote: RemoteURL? = nil
    ) async throws(WorkspaceFailure) -> Reply {
        let limits = LaunchLimits(
            wall: limit, grace: .seconds(2), outputKillBytes: Int64(Self.outputLimitBytes))
        let plan = LaunchPlan(
            arguments: ["git"] + arguments, directory: directory, environment: environment,
            identity: settings.fetchIdentity, cpus: settings.rooms.cpus,
            limits: settings.rooms.apply(to: limits, at: settings.root), phase: .fetch,
            room: room(remote))
        let capture = Capture()
        let outcome: LaunchOutcome
        do {
            outcome = try await launcher.run(plan, cancellation: cancellation) { chunk in
                capture.bytes.withLock { bytes in
                    switch chunk.stream {
                    case .out: bytes.out += chunk.bytes
                    case .err where bytes.err.count < Self.messageLimitBytes:
                        bytes.err += chunk.bytes
                    case .err: break
                    }
                }
                if chunk.stream == .err { output(chunk) }
            }
        } catch let failure as LaunchFailure {
            throw failure == .cancelledBeforeStart ? .cancelled : .launch(failure)
        } catch {
            throw .gitFailed(operation: operation, reason: "\(error)")
        }
        receipt(outcome.receipt)
        try requireOwnEnd(outcome, operation, limit)
        return capture.bytes.withLock { bytes in
            Reply(
                outcome: outcome, output: bytes.out,
                message: String(decoding: bytes.err, as: UTF8.self))
        }
    }

    /// Throws what the launcher ended the call for.
    private func requireOwnEnd(
        _ outcome: LaunchOutcome, _ operation: String, _ limit: Duration
    ) throws(WorkspaceFailure) {
        switch outcome.cause {
        case .wallTimeout, .silence: throw .timedOut(operation: operation, limit: limit)
        case .cancelled: throw .cancelled
        case .outputLimit: throw .gitFailed(operation: operation, reason: "too much output")
        case .diskFull, .diskLimit:
            throw .file(SystemCallFailure("write", path: settings.root, errno: ENOSPC))
        case nil: break
        }
    }

    /// Mirrors and checkouts keep the host's paths: what git writes into a checkout must hold for
    /// whoever gets it later.
    private func room(_ remote: RemoteURL?) -> LaunchRoom {
        var room = LaunchRoom(
            shares: settings.rooms.shares + [.init(settings.root, isWritable: true)],
            temporary: .memory(bytes: settings.rooms.temporaryBytes),
            hasNetwork: remote.map { $0.transport != .file } ?? false)
        if let remote, remote.transport == .file { room.shares.insert(.init(remote.path), at: 0) }
        return room
    }

    /// As `run`, for calls that have no reason to fail.
    func require(
        _ operation: String, _ arguments: [String], in directory: String
    ) async throws(WorkspaceFailure) -> Reply {
        let reply = try await run(operation, arguments, in: directory)
        guard reply.succeeded else {
            throw .gitFailed(
                operation: operation, reason: FetchDiagnosis.summary(of: reply.message))
        }
        return reply
    }
}
