extension Reason {
    /// The row of the error table that the word belongs to.
    package var kind: ErrorKind {
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
        case .scopeMissing, .projectMismatch, .benchmarkRestricted, .csrfFailed, .readOnlyViewer,
            .targetNotAllowed, .agentPolicy, .hostMismatch, .signupClosed:
            .forbidden
        case .notFound, .unknownProject, .unknownRepository, .unknownRef, .unknownSuite,
            .unknownBenchmark, .unknownHostClass, .unknownAttempt, .unknownSession, .pathNotInLog:
            .notFound
        case .alreadyExists, .nameTaken, .inUse, .idempotencyMismatch, .idempotencyInProgress,
            .naturalKeyConflict, .stateConflict, .terminal, .fenced, .sessionSuperseded,
            .digestMismatch, .logGap, .logMismatch, .artifactMismatch, .incomplete,
            .finishMismatch, .claimBusy, .identityChanged, .authorizationPending, .mergeCycle,
            .lastAdmin, .targetBusy, .confirmRequired, .noBase, .notComparable:
            .conflict
        case .claimSpent, .uploadWindowClosed, .expiredLink, .retired, .deletedByRetention:
            .gone
        case .versionMismatch, .expectedSeq:
            .preconditionFailed
        case .ifMatchRequired:
            .preconditionRequired
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
        case .rateLimited, .lockedOut, .tooManyStreams, .queueFull, .budgetSpent, .claimsTooFast:
            .rateLimited
        case .internalFault:
            .internalError
        case .remoteUnreachable, .remoteAuthFailed, .remoteTimeout, .forgeError, .oidcProviderError:
            .badGateway
        case .databaseUnavailable, .overloaded, .requestTimeout, .shuttingDown, .storageFull:
            .unavailable
        }
    }
}
