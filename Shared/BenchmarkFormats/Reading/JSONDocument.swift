/// One JSON document: the text it was read from, and its values as a flat list.
package final class JSONDocument: Sendable {
    let bytes: [UInt8]
    let nodes: [JSONNode]

    /// Reads the document that fills `range` of `bytes`.
    init(
        _ bytes: [UInt8], _ range: Range<Int>, limits: ParseLimits, deadline: ParseDeadline
    ) throws(JSONFailure) {
        guard bytes.count < UInt32.max else {
            throw JSONFailure(kind: .limitExceeded, offset: 0, reason: "more than 4 GiB of text")
        }
        try Self.checkEncoding(bytes, range)
        var scanner = JSONScanner(range: range, limits: limits, deadline: deadline)
        try scanner.scan(bytes.span)
        self.bytes = bytes
        nodes = scanner.nodes
    }

    /// Reads one document that fills `bytes`.
    package convenience init(
        reading bytes: [UInt8], limits: ParseLimits
    ) throws(JSONFailure) {
        try self.init(
            bytes, bytes.indices, limits: limits, deadline: ParseDeadline(limits.time))
    }

    package var root: JSONValue { JSONValue(document: self, index: 0) }

    private static func checkEncoding(
        _ bytes: [UInt8], _ range: Range<Int>
    ) throws(JSONFailure) {
        do {
            _ = try UTF8Span(validating: bytes.span.extracting(range))
        } catch {
            let place = range.lowerBound + error.byteOffsets.lowerBound
            let isCut =
                error.kind == .truncatedScalar
                && range.lowerBound + error.byteOffsets.upperBound >= range.upperBound
            throw JSONFailure(
                kind: isCut ? .truncated : .invalidEncoding, offset: place,
                reason: isCut ? "the input ended inside a character" : "not UTF-8")
        }
    }
}
