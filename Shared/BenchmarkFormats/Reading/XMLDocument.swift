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

    var root: XMLElement { XMLElement(document: self, index: 0) }
}

/// One part of a document, in the order of the text. An attribute is a name and a value node.
struct XMLNode {
    enum Kind: UInt8 { case element, attribute, value, text, rawText }

    let kind: Kind
    /// First byte of a name, a value or text.
    let offset: UInt32
    let extent: UInt32
    /// Index of the node behind this one and all it holds.
    var next: UInt32
}

/// One element of a document.
struct XMLElement {
    let document: XMLDocument
    let index: Int

    var name: String { String(decoding: slice(index), as: UTF8.self) }

    func isNamed(_ name: StaticString) -> Bool { matches(index, name) }

    /// The value of an attribute, entities resolved.
    subscript(attribute: StaticString) -> String? {
        var place = index + 1
        let end = Int(document.nodes[index].next)
        while place + 1 < end, document.nodes[place].kind == .attribute {
            if matches(place, attribute) { return XMLText.decode(slice(place + 1)) }
            place += 2
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
        var place = index + 1
        let end = Int(document.nodes[index].next)
        while place < end {
            body(document.nodes[place].kind, place)
            place = Int(document.nodes[place].next)
        }
    }

    private func slice(_ index: Int) -> ArraySlice<UInt8> {
        let node = document.nodes[index]
        return document.bytes[Int(node.offset)..<Int(node.offset) + Int(node.extent)]
    }

    private func matches(_ index: Int, _ name: StaticString) -> Bool {
        let slice = slice(index)
        guard slice.count == name.utf8CodeUnitCount else { return false }
        return zip(slice, 0..<slice.count).allSatisfy { $0 == name.utf8Start[$1] }
    }
}
