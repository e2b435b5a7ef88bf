/// Every reason word of an error body, with what follows from it (API contract, §1).
package enum ErrorReason: String, Sendable, CaseIterable {
    // 400
    case malformedJSON = "malformed_json"
    case invalidValue = "invalid_value"
    case unknownParameter = "unknown_parameter"
    case unknownFilter = "unknown_filter"
    case unknownSort = "unknown_sort"
    case badCursor = "bad_cursor"
    case cursorMismatch = "cursor_mismatch"
    case badTime = "bad_time"
    case badRange = "bad_range"
    case badHeader = "bad_header"
    case headerMissing = "header_missing"
    case badDigest = "bad_digest"
    case badCSR = "bad_csr"
    case csrWeak = "csr_weak"
    case badPattern = "bad_pattern"

    // 401
    case credentialsMissing = "credentials_missing"
    case credentialsInvalid = "credentials_invalid"
    case credentialsExpired = "credentials_expired"
    case tokenUnmapped = "token_unmapped"
    case jwtUnconfigured = "jwt_unconfigured"
    case sessionExpired = "session_expired"
    case certificateRequired = "certificate_required"
    case certificateInvalid = "certificate_invalid"
    case certificateExpired = "certificate_expired"
    case certificateRevoked = "certificate_revoked"
    case enrolmentTokenInvalid = "enrolment_token_invalid"
    case enrolmentTokenExpired = "enrolment_token_expired"
    case enrolmentTokenUsed = "enrolment_token_used"
    case signatureInvalid = "signature_invalid"

    // 403
    case scopeMissing = "scope_missing"
    case projectMismatch = "project_mismatch"
    case benchmarkRestricted = "benchmark_restricted"
    case csrfFailed = "csrf_failed"
    case readOnlyViewer = "read_only_viewer"
    case targetNotAllowed = "target_not_allowed"
    case agentPolicy = "agent_policy"
    case hostMismatch = "host_mismatch"
    case signupClosed = "signup_closed"

    // 404
    case notFound = "not_found"
    case unknownProject = "unknown_project"
    case unknownRepository = "unknown_repository"
    case unknownRef = "unknown_ref"
    case unknownSuite = "unknown_suite"
    case unknownBenchmark = "unknown_benchmark"
    case unknownHostClass = "unknown_host_class"
    case unknownAttempt = "unknown_attempt"
    case unknownSession = "unknown_session"
    case pathNotInLog = "path_not_in_log"

    // 409
    case alreadyExists = "already_exists"
    case nameTaken = "name_taken"
    case inUse = "in_use"
    case idempotencyMismatch = "idempotency_mismatch"
    case idempotencyInProgress = "idempotency_in_progress"
    case naturalKeyConflict = "natural_key_conflict"
    case stateConflict = "state_conflict"
    case terminal
    case fenced
    case sessionSuperseded = "session_superseded"
    case digestMismatch = "digest_mismatch"
    case logGap = "log_gap"
    case logMismatch = "log_mismatch"
    case artifactMismatch = "artifact_mismatch"
    case incomplete
    case finishMismatch = "finish_mismatch"
    case claimBusy = "claim_busy"
    case identityChanged = "identity_changed"
    case authorizationPending = "authorization_pending"
    case mergeCycle = "merge_cycle"
    case lastAdmin = "last_admin"
    case targetBusy = "target_busy"
    case confirmRequired = "confirm_required"
    case noBase = "no_base"
    case notComparable = "not_comparable"

    // 410
    case claimSpent = "claim_spent"
    case uploadWindowClosed = "upload_window_closed"
    case expiredLink = "expired_link"
    case retired
    case deletedByRetention = "deleted_by_retention"

    // 412
    case versionMismatch = "version_mismatch"
    case expectedSeq = "expected_seq"

    // 428
    case ifMatchRequired = "if_match_required"

    // 413
    case bodyTooLarge = "body_too_large"
    case batchTooLarge = "batch_too_large"
    case batchTooManyRecords = "batch_too_many_records"
    case partTooLarge = "part_too_large"
    case logFull = "log_full"
    case artifactTooLarge = "artifact_too_large"
    case quotaExceeded = "quota_exceeded"

    // 415
    case mediaType = "media_type"
    case encoding

    // 422
    case unknownField = "unknown_field"
    case missingField = "missing_field"
    case wrongType = "wrong_type"
    case oneOfRequired = "one_of_required"
    case outOfRange = "out_of_range"
    case tooMany = "too_many"
    case recordInvalid = "record_invalid"
    case suiteInvalid = "suite_invalid"
    case planInvalid = "plan_invalid"
    case policyInvalid = "policy_invalid"
    case cronInvalid = "cron_invalid"
    case timezoneInvalid = "timezone_invalid"
    case rangeEmpty = "range_empty"
    case rangeTooLong = "range_too_long"
    case notAncestor = "not_ancestor"
    case noEligibleHost = "no_eligible_host"
    case parseFailed = "parse_failed"

    // 423
    case pendingApproval = "pending_approval"
    case calibrating
    case draining
    case maintenance
    case held
    case quarantined
    case hostUnhealthy = "host_unhealthy"
    case poolPaused = "pool_paused"

    // 426
    case protocolUnsupported = "protocol_unsupported"
    case agentVersionPinned = "agent_version_pinned"

    // 429
    case rateLimited = "rate_limited"
    case lockedOut = "locked_out"
    case tooManyStreams = "too_many_streams"
    case queueFull = "queue_full"
    case budgetSpent = "budget_spent"
    case claimsTooFast = "claims_too_fast"

    // 500
    case `internal`

    // 502
    case remoteUnreachable = "remote_unreachable"
    case remoteAuthFailed = "remote_auth_failed"
    case remoteTimeout = "remote_timeout"
    case forgeError = "forge_error"
    case oidcProviderError = "oidc_provider_error"

    // 503
    case databaseUnavailable = "database_unavailable"
    case overloaded
    case requestTimeout = "request_timeout"
    case shuttingDown = "shutting_down"
    case storageFull = "storage_full"
}
