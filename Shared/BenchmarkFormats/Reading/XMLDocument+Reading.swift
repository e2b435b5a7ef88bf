import Markup

extension XMLDocument {
    /// - Throws: when the document is not UTF-8, not well-formed, beyond a limit, or declares a
    ///   type.
    convenience init(
        _ text: DecodedText, limits: ParseLimits, deadline: ParseDeadline
    ) throws(ParseRefusal) {
        do throws(SyntaxFailure) {
            try SyntaxFailure.checkEncoding(text.bytes, text.range)
        } catch {
            throw ParseRefusal(error, in: text)
        }
        do throws(XMLFailure) {
            try self.init(
                text.bytes, from: text.start,
                limits: XMLLimits(
                    depth: limits.depth, nodes: limits.nodes, textBytes: limits.stringBytes
                ) { deadline.isPast })
        } catch {
            throw ParseRefusal(
                error.kind.problemClass, error.reason, at: text.position(of: error.offset))
        }
    }
}

extension XMLFailure.Kind {
    fileprivate var problemClass: ProblemClass {
        switch self {
        case .malformed: .malformed
        case .truncated: .truncated
        case .limitExceeded: .limitExceeded
        }
    }
}
