// Markup: XML from strangers.
// In: bytes of UTF-8; others are read as U+FFFD, so who cares checks them before.
// Out: the elements of one document, or why and where it is none.
// There is nothing to expand: document types and entities are refused.

/// One XML document: the text it was read from, and its elements as a flat list.
package final class XMLDocument: Sendable {
    let bytes: [UInt8]
    let nodes: [XMLNode]

    /// `start`: where the text begins, behind a byte order mark.
    ///
    /// - Throws: when the document is not well-formed, beyond a limit, or declares a type.
    package init(
        _ bytes: [UInt8], from start: Int = 0, limits: XMLLimits = XMLLimits()
    ) throws(XMLFailure) {
        guard bytes.count < UInt32.max else {
            throw XMLFailure(kind: .limitExceeded, offset: 0, reason: "more than 4 GiB of text")
        }
        var scanner = XMLScanner(bytes, from: start, limits: limits)
        try scanner.scan()
        self.bytes = bytes
        nodes = scanner.nodes
    }

    /// The node behind this one and all it holds.
    func next(_ index: Int) -> Int {
        nodes[index].kind == .element ? nodes[index + 1].place : index + 1
    }

    package var root: XMLElement { XMLElement(document: self, index: 0) }
}

/// One part of a document, in the order of the text; behind an element stands a link to what
/// follows it. 8 bytes, so that a large document stays small.
struct XMLNode {
    enum Kind: UInt8 { case element, attribute, text, rawText }

    /// What fits beside the kind.
    static let extentLimit = (1 << 28) - 1

    private let offset: UInt32
    private let packed: UInt32

    init(_ kind: Kind, offset: Int, extent: Int) {
        self.offset = UInt32(truncatingIfNeeded: offset)
        packed = UInt32(kind.rawValue) << 28 | UInt32(truncatingIfNeeded: extent) & 0x0FFF_FFFF
    }

    /// A link to a later node.
    init(link: Int) {
        offset = UInt32(truncatingIfNeeded: link)
        packed = 0
    }

    var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: packed >> 28)) ?? .rawText }
    /// First byte of a name or text; of a link the node that follows the element.
    var place: Int { Int(offset) }
    /// Of a name or text; of an attribute the name, the value and its quotes.
    var extent: Int { Int(packed & 0x0FFF_FFFF) }
}

/// One element of a document.
package struct XMLElement: Sendable {
    let document: XMLDocument
    let index: Int

    package var name: String { String(decoding: slice(index), as: UTF8.self) }

    package func isNamed(_ name: StaticString) -> Bool { matches(index, name) }

    /// The value of an attribute, entities resolved.
    package subscript(attribute: StaticString) -> String? {
        var place = index + 2
        let end = document.next(index)
        while place < end, document.nodes[place].kind == .attribute {
            if let value = value(place, of: attribute) { return XMLText.decode(value) }
            place += 1
        }
        return nil
    }

    /// The elements right below this one, in order.
    package var children: [XMLElement] {
        var children: [XMLElement] = []
        forEachPart { kind, place in
            if kind == .element { children.append(XMLElement(document: document, index: place)) }
        }
        return children
    }

    package func child(_ name: StaticString) -> XMLElement? { children.first { $0.isNamed(name) } }

    /// The text right inside this element.
    package var text: String {
        var text = ""
        forEachPart { kind, place in
            if kind == .text { text += XMLText.decode(slice(place)) }
            if kind == .rawText { text += String(decoding: slice(place), as: UTF8.self) }
        }
        return text
    }

    private func forEachPart(_ body: (XMLNode.Kind, Int) -> Void) {
        var place = index + 2
        let end = document.next(index)
        while place < end {
            body(document.nodes[place].kind, place)
            place = document.next(place)
        }
    }

    private func slice(_ index: Int) -> ArraySlice<UInt8> {
        let node = document.nodes[index]
        return document.bytes[node.place..<node.place + node.extent]
    }

    /// The text between the quotes; nil if this is another attribute.
    private func value(_ index: Int, of attribute: StaticString) -> ArraySlice<UInt8>? {
        let slice = slice(index)
        guard slice.starts(with: Self.bytes(attribute)) else { return nil }
        var rest = slice.dropFirst(attribute.utf8CodeUnitCount).drop(while: XMLText.isSpace)
        guard rest.popFirst() == UInt8(ascii: "=") else { return nil }
        return rest.drop(while: XMLText.isSpace).dropFirst().dropLast()
    }

    private func matches(_ index: Int, _ name: StaticString) -> Bool {
        slice(index).elementsEqual(Self.bytes(name))
    }

    private static func bytes(_ word: StaticString) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    }
}
