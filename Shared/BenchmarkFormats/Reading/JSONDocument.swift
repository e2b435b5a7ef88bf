/// One JSON document: the text it was read from, and its values as a flat list.
package final class JSONDocument: Sendable {
    let bytes: [UInt8]
    let nodes: [JSONNode]

    /// Reads the document that fills `range` of `bytes`.
    init(
        _ bytes: [UInt8], _ range: Range<Int>, limits: ParseLimits, deadline: ParseDeadline
    ) throws(SyntaxFailure) {
        guard bytes.count < UInt32.max else {
            throw SyntaxFailure(kind: .limitExceeded, offset: 0, reason: "more than 4 GiB of text")
        }
        try SyntaxFailure.checkEncoding(bytes, range)
        var scanner = JSONScanner(range: range, limits: limits, deadline: deadline)
        try scanner.scan(bytes.span)
        self.bytes = bytes
        nodes = scanner.nodes
    }

    /// Reads one document that fills `bytes`.
    package convenience init(
        reading bytes: [UInt8], limits: ParseLimits
    ) throws(SyntaxFailure) {
        try self.init(
            bytes, bytes.indices, limits: limits, deadline: ParseDeadline(limits.time))
    }

    /// The node behind this value and all it holds.
    func next(_ index: Int) -> Int {
        nodes[index].kind.isContainer ? nodes[index + 1].place : index + 1
    }

    /// The bytes of a scalar.
    func range(of node: JSONNode) -> Range<Int> { node.place..<node.place + node.extent }

    package var root: JSONValue { JSONValue(document: self, index: 0) }
}
