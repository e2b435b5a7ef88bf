/// Why a document was refused, and where.
package struct SyntaxFailure: Error, Equatable {
    package enum Kind { case malformed, truncated, invalidEncoding, limitExceeded }

    package let kind: Kind
    package let offset: Int
    package let reason: String

    var problemClass: ProblemClass {
        switch kind {
        case .malformed: .malformed
        case .truncated: .truncated
        case .invalidEncoding: .invalidEncoding
        case .limitExceeded: .limitExceeded
        }
    }
}

extension SyntaxFailure {
    /// - Throws: `invalidEncoding` for bytes that are not UTF-8, `truncated` where they are cut.
    static func checkEncoding(
        _ bytes: [UInt8], _ range: Range<Int>
    ) throws(SyntaxFailure) {
        do {
            _ = try UTF8Span(validating: bytes.span.extracting(range))
        } catch {
            let place = range.lowerBound + error.byteOffsets.lowerBound
            let isCut =
                error.kind == .truncatedScalar
                && range.lowerBound + error.byteOffsets.upperBound >= range.upperBound
            throw SyntaxFailure(
                kind: isCut ? .truncated : .invalidEncoding, offset: place,
                reason: isCut ? "the input ended inside a character" : "not UTF-8")
        }
    }
}
