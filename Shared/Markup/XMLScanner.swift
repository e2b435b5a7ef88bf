/// Reads XML text into nodes, without recursion, checking every limit as it goes.
/// Well-formed XML 1.0 but for document types, which are refused. The text must be UTF-8.
struct XMLScanner {
    private let bytes: [UInt8]
    private let end: Int
    private let limits: XMLLimits
    private var position: Int
    private var open: [Int] = []
    private(set) var nodes: [XMLNode] = []

    init(_ bytes: [UInt8], from start: Int, limits: XMLLimits) {
        self.bytes = bytes
        end = bytes.count
        position = min(max(start, 0), end)
        self.limits = limits
    }

    /// Reads exactly one document.
    mutating func scan() throws(XMLFailure) {
        // Room for all nodes at once: growing would hold them twice.
        let parts = bytes.count { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "=") }
        nodes.reserveCapacity(min(2 * parts, limits.nodes))
        while position < end {
            if bytes[position] == UInt8(ascii: "<") {
                try scanMarkup()
            } else {
                try scanText()
            }
        }
        guard open.isEmpty else { throw truncated("an element is not closed") }
        guard !nodes.isEmpty else { throw truncated("there is no element") }
    }

    private mutating func scanMarkup() throws(XMLFailure) {
        if take("<!--") {
            guard try skip(to: "-->") else { throw truncated("a comment is not closed") }
        } else if take("<![CDATA[") {
            guard !open.isEmpty else { throw malformed("text outside of the document") }
            let start = position
            guard try skip(to: "]]>") else { throw truncated("a section is not closed") }
            try append(.rawText, start, position - 3 - start)
        } else if isNext("<!") {
            if isCut("<!--") || isCut("<![CDATA[") { throw truncated("markup is not complete") }
            throw malformed("a document type or entity, which is not read")
        } else if take("<?") {
            guard try skip(to: "?>") else { throw truncated("an instruction is not closed") }
        } else if take("</") {
            try scanEndTag()
        } else {
            try scanStartTag()
        }
    }

    private mutating func scanText() throws(XMLFailure) {
        let start = position
        var hasInk = false
        while position < end, bytes[position] != UInt8(ascii: "<") {
            if !XMLText.isSpace(bytes[position]) { hasInk = true }
            if bytes[position] == UInt8(ascii: "&") { try checkReference() }
            position += 1
            try checkLength(from: start)
        }
        guard hasInk else { return }
        guard !open.isEmpty else { throw malformed("text outside of the document", at: start) }
        try append(.text, start, position - start)
    }

    private mutating func scanStartTag() throws(XMLFailure) {
        guard !open.isEmpty || nodes.isEmpty else { throw malformed("a second document") }
        guard open.count < limits.depth else {
            throw exceeded("nested deeper than \(limits.depth)")
        }
        position += 1
        let (start, length) = try scanName()
        let element = nodes.count
        try append(.element, start, length)
        nodes.append(XMLNode(link: 0))
        while true {
            let hadSpace = skipSpace()
            guard position < end else { throw truncated("a tag is not closed") }
            if take("/>") {
                nodes[element + 1] = XMLNode(link: nodes.count)
                return
            }
            if take(">") {
                open.append(element)
                return
            }
            guard position + 1 < end || bytes[position] != UInt8(ascii: "/") else {
                throw truncated("a tag is not closed")
            }
            guard hadSpace else { throw malformed("white space was expected") }
            try scanAttribute()
        }
    }

    private mutating func scanAttribute() throws(XMLFailure) {
        let (start, _) = try scanName()
        skipSpace()
        guard position < end else { throw truncated("an attribute has no value") }
        guard take("=") else { throw malformed("an attribute without a value") }
        skipSpace()
        guard position < end else { throw truncated("an attribute has no value") }
        let quote = bytes[position]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            throw malformed("a quote was expected")
        }
        position += 1
        let value = position
        while position < end, bytes[position] != quote {
            guard bytes[position] != UInt8(ascii: "<") else { throw malformed("< in a value") }
            if bytes[position] == UInt8(ascii: "&") { try checkReference() }
            position += 1
            try checkLength(from: value)
        }
        guard position < end else { throw truncated("a value is not closed") }
        position += 1
        try append(.attribute, start, position - start)
    }

    private mutating func scanEndTag() throws(XMLFailure) {
        let (start, length) = try scanName()
        skipSpace()
        guard position < end else { throw truncated("a tag is not closed") }
        guard take(">") else { throw malformed("> was expected") }
        guard let element = open.popLast() else { throw malformed("nothing is open", at: start) }
        let name = nodes[element].place
        guard nodes[element].extent == length,
            bytes[name..<name + length] == bytes[start..<start + length]
        else { throw malformed("this tag closes another element", at: start) }
        nodes[element + 1] = XMLNode(link: nodes.count)
    }

    /// Letters, digits and marks of names, and everything beyond ASCII.
    private mutating func scanName() throws(XMLFailure) -> (start: Int, length: Int) {
        let start = position
        while position < end, Self.isNameByte(bytes[position]) {
            position += 1
            try checkLength(from: start)
        }
        guard position > start else {
            throw position == end ? truncated("a name was expected") : malformed("no name")
        }
        return (start, position - start)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || XMLText.isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26
            || [UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ".")]
                .contains(byte)
    }
}

extension XMLScanner {
    /// At an ampersand: only references that stand for a character are allowed.
    private func checkReference() throws(XMLFailure) {
        let window = bytes[(position + 1)..<min(end, position + 12)]
        guard let close = window.firstIndex(of: UInt8(ascii: ";")) else {
            let isCut = window.endIndex == end && !window.contains(UInt8(ascii: "\""))
            throw isCut ? truncated("a reference is not complete") : malformed("a bare &")
        }
        guard XMLText.character(window[..<close]) != nil else {
            throw malformed("a reference to an unknown entity")
        }
    }

    private mutating func append(
        _ kind: XMLNode.Kind, _ start: Int, _ length: Int
    ) throws(XMLFailure) {
        guard nodes.count < limits.nodes else { throw exceeded("too many elements") }
        // Two neighbours: where each part takes two nodes, only even counts are seen.
        if nodes.count & 0xFFFE == 0xFFFE, limits.isTimeOver() {
            throw exceeded("parsing took too long")
        }
        nodes.append(XMLNode(kind, offset: start, extent: length))
    }

    private func checkLength(from start: Int) throws(XMLFailure) {
        guard position - start <= min(limits.textBytes, XMLNode.extentLimit / 4) else {
            throw exceeded("text of more than \(limits.textBytes) bytes")
        }
    }

    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = position
        while position < end, XMLText.isSpace(bytes[position]) { position += 1 }
        return position > start
    }

    private func isNext(_ word: StaticString) -> Bool {
        guard end - position >= word.utf8CodeUnitCount else { return false }
        for index in 0..<word.utf8CodeUnitCount
        where bytes[position + index] != word.utf8Start[index] {
            return false
        }
        return true
    }

    /// Whether the input ends inside this word.
    private func isCut(_ word: StaticString) -> Bool {
        end - position < word.utf8CodeUnitCount
            && zip(bytes[position...], 0...).allSatisfy { $0 == word.utf8Start[$1] }
    }

    private mutating func take(_ word: StaticString) -> Bool {
        guard isNext(word) else { return false }
        position += word.utf8CodeUnitCount
        return true
    }

    /// Passes everything up to and with this word; false if it does not come.
    private mutating func skip(to word: StaticString) throws(XMLFailure) -> Bool {
        let start = position
        while position < end {
            if take(word) { return true }
            position += 1
            try checkLength(from: start)
        }
        return false
    }

    private func malformed(_ reason: String, at place: Int? = nil) -> XMLFailure {
        XMLFailure(kind: .malformed, offset: place ?? position, reason: reason)
    }

    private func truncated(_ reason: String) -> XMLFailure {
        XMLFailure(
            kind: .truncated, offset: position, reason: "the input ended early: \(reason)")
    }

    private func exceeded(_ reason: String) -> XMLFailure {
        XMLFailure(kind: .limitExceeded, offset: position, reason: reason)
    }
}
