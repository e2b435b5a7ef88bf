package import FleetModel
package import GitRemote

/// Why a question about a repository has no answer.
package enum CommitGraphFailure: Error, Hashable, Sendable {
    /// The text cannot name anything; nothing was asked of git.
    case referenceInvalid(String)
    case referenceUnknown(String)
    /// At most ten of the commits that begin with the prefix, ascending.
    case prefixAmbiguous(String, candidates: [CommitHash])
    case rangeEmpty
    case notAncestor(CommitHash, of: CommitHash)
    case rangeTooLong(count: Int, limit: Int)
    case remoteUnreachable(String)
    case remoteAuthFailed(String)
    case remoteTimeout(Duration)
    case addressRefused(RemoteURLFailure)
    /// Something in the repository is malformed or hostile; git refuses to take it in.
    case contentRefused(String)
    case pathInvalid(String)
    /// The path names a symbolic link, a folder or a submodule.
    case notAFile(path: String, kind: String)
    case fileTooLarge(path: String, sizeBytes: Int, limitBytes: Int)
    /// The mirror or git itself failed.
    case gitFailed(operation: String, reason: String)
    case cancelled

    /// The `reason` of the API's error body (API contract, §3.3), where one belongs to the case.
    package var apiReason: String? {
        switch self {
        case .referenceUnknown, .prefixAmbiguous, .referenceInvalid: "unknown_ref"
        case .rangeEmpty: "range_empty"
        case .notAncestor: "not_ancestor"
        case .rangeTooLong: "range_too_long"
        case .remoteUnreachable, .addressRefused, .contentRefused: "remote_unreachable"
        case .remoteAuthFailed: "remote_auth_failed"
        case .remoteTimeout: "remote_timeout"
        case .pathInvalid, .notAFile, .fileTooLarge: "suite_invalid"
        case .gitFailed, .cancelled: nil
        }
    }
}

extension CommitGraphFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .referenceInvalid(let text): "'\(text)' cannot be a reference"
        case .referenceUnknown(let text): "the repository has no branch, tag or commit '\(text)'"
        case .prefixAmbiguous(let text, let candidates):
            "'\(text)' begins several commits: "
                + candidates.map(\.short).joined(separator: ", ")
        case .rangeEmpty: "the range holds no commits"
        case .notAncestor(let first, let second):
            "\(first.short) is not an ancestor of \(second.short)"
        case .rangeTooLong(let count, let limit):
            "the range holds \(count) commits; at most \(limit) are allowed"
        case .remoteUnreachable(let reason): "the remote cannot be reached: \(reason)"
        case .remoteAuthFailed(let reason): "the remote refuses the credential: \(reason)"
        case .remoteTimeout(let limit): "the remote did not answer within \(limit)"
        case .addressRefused(let failure): "\(failure)"
        case .contentRefused(let reason): "the repository's content is refused: \(reason)"
        case .pathInvalid(let path): "'\(path)' is not a path inside a repository"
        case .notAFile(let path, let kind): "\(path) is a \(kind), not a file"
        case .fileTooLarge(let path, let size, let limit):
            "\(path) has \(size) bytes; at most \(limit) are allowed"
        case .gitFailed(let operation, let reason): "git failed (\(operation)): \(reason)"
        case .cancelled: "the question was cancelled"
        }
    }
}
