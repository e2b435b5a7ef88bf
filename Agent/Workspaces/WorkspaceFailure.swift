package import FleetModel
package import GitRemote
package import Isolation
package import LinuxSystem

/// Why a checkout could not be made.
package enum WorkspaceFailure: Error, Sendable, Equatable {
    case addressRefused(RemoteURLFailure)
    /// The agent's allow-list does not name the host.
    case addressNotAllowed(String)
    case remoteUnreachable(String)
    case remoteAuthFailed(String)
    /// Something in the repository is malformed or hostile; git refuses to take it in.
    case contentRefused(String)
    /// The remote answers, but does not have the commit.
    case commitMissing(CommitHash)
    case submoduleRefused(path: String, reason: String)
    /// The change does not fit the commit, or leads out of the checkout.
    case patchRefused(String)
    case gitFailed(operation: String, reason: String)
    case timedOut(operation: String, limit: Duration)
    case cancelled
    case launch(LaunchFailure)
    case file(SystemCallFailure)

    /// How the attempt reports it (API contract, `Failure`).
    package var failure: Failure {
        let failureClass: FailureClass =
            switch self {
            case .addressRefused, .addressNotAllowed: .policy
            case .remoteUnreachable, .timedOut: .infraTransient
            case .remoteAuthFailed, .contentRefused, .commitMissing, .submoduleRefused,
                .patchRefused, .gitFailed, .cancelled:
                .jobError
            case .launch, .file: .infraHost
            }
        return Failure(failureClass, detail, description)
    }

    private var detail: FailureDetail {
        switch self {
        case .addressRefused, .addressNotAllowed: .agentPolicy
        case .launch: .isolationFailed
        case .file(let failure) where failure.isDiskFull: .diskFull
        default: .checkoutFailed
        }
    }
}

extension WorkspaceFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .addressRefused(let failure): "\(failure)"
        case .addressNotAllowed(let address):
            "this agent may not fetch from \(address.prefix(300)); see its --allow-repository"
        case .remoteUnreachable(let reason): "the remote cannot be reached: \(reason)"
        case .remoteAuthFailed(let reason): "the remote refuses the credential: \(reason)"
        case .contentRefused(let reason): "the repository's content is refused: \(reason)"
        case .commitMissing(let commit): "the remote does not have the commit \(commit.text)"
        case .submoduleRefused(let path, let reason): "submodule '\(path)': \(reason)"
        case .patchRefused(let reason): "the patch does not apply: \(reason)"
        case .gitFailed(let operation, let reason): "git failed (\(operation)): \(reason)"
        case .timedOut(let operation, let limit): "\(operation) took longer than \(limit)"
        case .cancelled: "the checkout was cancelled"
        case .launch(let failure): "\(failure)"
        case .file(let failure): "the workspace cannot be changed: \(failure)"
        }
    }
}

extension SystemCallFailure {
    private static let diskFullNumbers: Set<Int32> = [28, 122]  // ENOSPC, EDQUOT

    var isDiskFull: Bool { Self.diskFullNumbers.contains(errno) }
}
