/// One XML document: the text it was read from, and its elements as a flat list.
final class XMLDocument: Sendable {
    let bytes: [UInt8]
    let nodes: [XMLNode]

    /// - Throws: when the document is not well-formed, beyond a limit, or declares a type.
    init(
        _ text: DecodedText, limits: ParseLimits, deadline: ParseDeadline
    ) throws(ParseRefusal) {
        do throws(SyntaxFailure) {
            guard text.bytes.count < UInt32.max else {
                throw SyntaxFailure(
                    kind: .limitExceeded, offset: 0, reason: "more than 4 GiB of text")
            }
            try SyntaxFailure.checkEncoding(text.bytes, text.range)
            var scanner = XMLScanner(text, limits: limits, deadline: deadline)
            try scanner.scan()
            bytes = text.bytes
            nodes = scanner.nodes
        } catch {
            throw ParseRefusal(error, in: text)
        }
    }

    /// The node behind this one and all it holds.
    func next(_ index: Int) -> Int {
        nodes[index].kind == .element ? nodes[index + 1].place : index + 1
    }

    var root: XMLElement { XMLElement(document: self, index: 0) }
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
struct XMLElement {
    let document: XMLDocument
    let index: Int

    var name: String { String(decoding: slice(index), as: UTF8.self) }

    func isNamed(_ name: StaticString) -> Bool { matches(index, name) }

    /// The value of an attribute, entities resolved.
    subscript(attribute: StaticString) -> String? {
        var place = index + 2
        let end = document.next(index)
        while place < end, document.nodes[place].kind == .attribute {
            if let value = value(place, of: attribute) { return XMLText.decode(value) }
            place += 1
        }
        return nil
    }

    /// The elements right below this one, in order.
    var children: [XMLElement] {
        var children: [XMLElement] = []
        forEachPart { kind, place in
            if kind == .element { children.append(XMLElement(document: document, index: place)) }
        }
        return children
    }

    func child(_ name: StaticString) -> XMLElement? { children.first { $0.isNamed(name) } }

    /// The text right inside this element.
    var text: String {
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
        var cursor = TextCursor(slice(index))
        guard cursor.take(attribute) else { return nil }
        cursor.skipSpace()
        guard cursor.take("=") else { return nil }
        cursor.skipSpace()
        return cursor.rest.dropFirst().dropLast()
    }

    private func matches(_ index: Int, _ name: StaticString) -> Bool {
        let slice = slice(index)
        guard slice.count == name.utf8CodeUnitCount else { return false }
        return zip(slice, 0..<slice.count).allSatisfy { $0 == name.utf8Start[$1] }
    }
}
