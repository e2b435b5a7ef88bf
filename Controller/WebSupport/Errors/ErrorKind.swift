package import HTTPTypes

/// The rows of the error table: one status with its two code words. Source: api.md §1.
package enum ErrorKind: CaseIterable, Sendable {
    case invalidInput, unauthorized, forbidden, notFound, conflict, gone, preconditionFailed
    case payloadTooLarge, unsupportedMediaType, unprocessable, locked, upgradeRequired
    case preconditionRequired, rateLimited, internalError, badGateway, unavailable

    package var status: HTTPResponse.Status {
        switch self {
        case .invalidInput: .badRequest
        case .unauthorized: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .conflict: .conflict
        case .gone: .gone
        case .preconditionFailed: .preconditionFailed
        case .payloadTooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .unprocessable: .unprocessableContent
        case .locked: HTTPResponse.Status(code: 423, reasonPhrase: "Locked")
        case .upgradeRequired: .upgradeRequired
        case .preconditionRequired: .preconditionRequired
        case .rateLimited: .tooManyRequests
        case .internalError: .internalServerError
        case .badGateway: .badGateway
        case .unavailable: .serviceUnavailable
        }
    }

    /// The word of the flat envelope.
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

    /// The word of the nested envelope, which perfgate's client reads.
    package var nestedCode: String {
        switch self {
        case .invalidInput, .unprocessable: "VALIDATION_ERROR"
        case .conflict: "ALREADY_EXISTS"
        default: code.uppercased()
        }
    }
}
