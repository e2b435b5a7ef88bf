/// The HTTP statuses of refusals with their two code words (API contract, §1).
package enum ErrorStatus: Int, Sendable, CaseIterable {
    case invalidInput = 400
    case unauthorized = 401
    case forbidden = 403
    case notFound = 404
    case conflict = 409
    case gone = 410
    case preconditionFailed = 412
    case payloadTooLarge = 413
    case unsupportedMediaType = 415
    case unprocessable = 422
    case locked = 423
    case upgradeRequired = 426
    case preconditionRequired = 428
    case rateLimited = 429
    case internalError = 500
    case badGateway = 502
    case unavailable = 503

    /// The word in `code` of the outer envelope.
    package var code: String {
        switch self {
        case .invalidInput: "invalid_input"
        case .unauthorized: "unauthorized"
        case .forbidden: "forbidden"
        case .notFound: "not_found"
        case .conflict: "conflict"
        case .gone: "gone"
        case .preconditionFailed: "precondition_failed"
        case .payloadTooLarge: "payload_too_large"
        case .unsupportedMediaType: "unsupported_media_type"
        case .unprocessable: "unprocessable"
        case .locked: "locked"
        case .upgradeRequired: "upgrade_required"
        case .preconditionRequired: "precondition_required"
        case .rateLimited: "rate_limited"
        case .internalError: "internal_error"
        case .badGateway: "bad_gateway"
        case .unavailable: "unavailable"
        }
    }

    /// The word in `error.code`.
    package var nestedCode: String {
        switch self {
        case .invalidInput, .unprocessable: "VALIDATION_ERROR"
        case .conflict: "ALREADY_EXISTS"
        case .unauthorized: "UNAUTHORIZED"
        case .forbidden: "FORBIDDEN"
        case .notFound: "NOT_FOUND"
        case .gone: "GONE"
        case .preconditionFailed: "PRECONDITION_FAILED"
        case .payloadTooLarge: "PAYLOAD_TOO_LARGE"
        case .unsupportedMediaType: "UNSUPPORTED_MEDIA_TYPE"
        case .locked: "LOCKED"
        case .upgradeRequired: "UPGRADE_REQUIRED"
        case .preconditionRequired: "PRECONDITION_REQUIRED"
        case .rateLimited: "RATE_LIMITED"
        case .internalError: "INTERNAL_ERROR"
        case .badGateway: "BAD_GATEWAY"
        case .unavailable: "UNAVAILABLE"
        }
    }
}

extension ErrorReason {
    /// The status that each reply with this reason has.
    package var status: ErrorStatus {
        switch self {
        case .malformedJSON, .invalidValue, .unknownParameter, .unknownFilter, .unknownSort,
            .badCursor, .cursorMismatch, .badTime, .badRange, .badHeader, .headerMissing,
            .badDigest, .badCSR, .csrWeak, .badPattern:
            .invalidInput
        case .credentialsMissing, .credentialsInvalid, .credentialsExpired, .tokenUnmapped,
            .jwtUnconfigured, .sessionExpired, .certificateRequired, .certificateInvalid,
            .certificateExpired, .certificateRevoked, .enrolmentTokenInvalid,
            .enrolmentTokenExpired, .enrolmentTokenUsed, .signatureInvalid:
            .unauthorized
        case .scopeMissing, .projectMismatch, .benchmarkRestricted, .csrfFailed,
            .readOnlyViewer, .targetNotAllowed, .agentPolicy, .hostMismatch, .signupClosed:
            .forbidden
        case .notFound, .unknownProject, .unknownRepository, .unknownRef, .unknownSuite,
            .unknownBenchmark, .unknownHostClass, .unknownAttempt, .unknownSession, .pathNotInLog:
            .notFound
        case .alreadyExists, .nameTaken, .inUse, .idempotencyMismatch, .idempotencyInProgress,
            .naturalKeyConflict, .stateConflict, .terminal, .fenced, .sessionSuperseded,
            .digestMismatch, .logGap, .logMismatch, .artifactMismatch, .incomplete, .finishMismatch,
            .claimBusy, .identityChanged, .authorizationPending, .mergeCycle, .lastAdmin,
            .targetBusy, .confirmRequired, .noBase, .notComparable:
            .conflict
        case .claimSpent, .uploadWindowClosed, .expiredLink, .retired, .deletedByRetention:
            .gone
        case .versionMismatch, .expectedSeq:
            .preconditionFailed
        case .bodyTooLarge, .batchTooLarge, .batchTooManyRecords, .partTooLarge, .logFull,
            .artifactTooLarge, .quotaExceeded:
            .payloadTooLarge
        case .mediaType, .encoding:
            .unsupportedMediaType
        case .unknownField, .missingField, .wrongType, .oneOfRequired, .outOfRange, .tooMany,
            .recordInvalid, .suiteInvalid, .planInvalid, .policyInvalid, .cronInvalid,
            .timezoneInvalid, .rangeEmpty, .rangeTooLong, .notAncestor, .noEligibleHost,
            .parseFailed:
            .unprocessable
        case .pendingApproval, .calibrating, .draining, .maintenance, .held, .quarantined,
            .hostUnhealthy, .poolPaused:
            .locked
        case .protocolUnsupported, .agentVersionPinned:
            .upgradeRequired
        case .ifMatchRequired:
            .preconditionRequired
        case .rateLimited, .lockedOut, .tooManyStreams, .queueFull, .budgetSpent,
            .claimsTooFast:
            .rateLimited
        case .internal:
            .internalError
        case .remoteUnreachable, .remoteAuthFailed, .remoteTimeout, .forgeError,
            .oidcProviderError:
            .badGateway
        case .databaseUnavailable, .overloaded, .requestTimeout, .shuttingDown, .storageFull:
            .unavailable
        }
    }
}
