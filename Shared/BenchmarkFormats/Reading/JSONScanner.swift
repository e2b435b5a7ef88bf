/// Reads JSON text into nodes, without recursion, checking every limit as it goes.
/// Strict RFC 8259, but for the bare tokens `NaN`, `Infinity` and `-Infinity`.
/// The text must already be known to be UTF-8.
struct JSONScanner {
    private let end: Int
    private let limits: ParseLimits
    private let deadline: ParseDeadline
    private let stringBytes: Int
    private let numberCharacters: Int
    private var position: Int
    private var open: [Int] = []
    private(set) var nodes: [JSONNode] = []

    init(range: Range<Int>, limits: ParseLimits, deadline: ParseDeadline) {
        position = range.lowerBound
        end = range.upperBound
        self.limits = limits
        self.deadline = deadline
        numberCharacters = min(limits.numberCharacters, JSONNode.extentLimit)
        stringBytes = min(limits.stringBytes, JSONNode.extentLimit)
    }

    /// Reads exactly one document.
    mutating func scan(_ text: Span<UInt8>) throws(SyntaxFailure) {
        reserve(text)
        var expectsValue = true
        while expectsValue {
            expectsValue = try scanValue(text) ? true : try settle(text)
        }
        guard skipSpace(text) == nil else { throw malformed("text after the end of the document") }
    }

    /// Room for all nodes at once: growing would hold them twice. Memory that is not used is only
    /// an address.
    private mutating func reserve(_ text: Span<UInt8>) {
        var count = 2
        for place in position..<end {
            switch text[place] {
            case UInt8(ascii: ","), UInt8(ascii: ":"): count += 1
            case UInt8(ascii: "["), UInt8(ascii: "{"): count += 2
            default: continue
            }
        }
        nodes.reserveCapacity(min(count, limits.nodes))
    }

    /// Reads a scalar, or the head of a container.
    /// - Returns: whether a value must follow, which is so inside a container that is not empty.
    private mutating func scanValue(_ text: Span<UInt8>) throws(SyntaxFailure) -> Bool {
        guard let byte = skipSpace(text) else { throw truncated("a value was expected") }
        switch byte {
        case UInt8(ascii: "\""): try scanString(text)
        case UInt8(ascii: "["): return try openArray(text)
        case UInt8(ascii: "{"): return try openObject(text)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try scanNumber(text)
        case UInt8(ascii: "t"): try scanWord("true", .yes, text)
        case UInt8(ascii: "f"): try scanWord("false", .no, text)
        case UInt8(ascii: "n"): try scanWord("null", .null, text)
        case UInt8(ascii: "N"): try scanWord("NaN", .notANumber, text)
        case UInt8(ascii: "I"): try scanWord("Infinity", .infinity, text)
        default: throw malformed("a value was expected")
        }
        return false
    }

    /// Reads what stands behind a value: closes containers until one goes on or none is left.
    /// - Returns: whether another value must follow.
    private mutating func settle(_ text: Span<UInt8>) throws(SyntaxFailure) -> Bool {
        while let container = open.last {
            guard let byte = skipSpace(text) else { throw truncated("a container is not closed") }
            let isObject = nodes[container].kind == .object
            if byte == UInt8(ascii: ",") {
                position += 1
                try countElement(of: container)
                if isObject { try scanKey(text) }
                return true
            }
            guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                throw malformed("a comma or the closing bracket was expected")
            }
            position += 1
            close(container)
        }
        return false
    }

    private mutating func openArray(_ text: Span<UInt8>) throws(SyntaxFailure) -> Bool {
        let container = try openContainer(.array)
        guard let byte = skipSpace(text) else { throw truncated("an array is not closed") }
        guard byte != UInt8(ascii: "]") else {
            position += 1
            close(container)
            return false
        }
        try countElement(of: container)
        return true
    }

    private mutating func openObject(_ text: Span<UInt8>) throws(SyntaxFailure) -> Bool {
        let container = try openContainer(.object)
        guard let byte = skipSpace(text) else { throw truncated("an object is not closed") }
        guard byte != UInt8(ascii: "}") else {
            position += 1
            close(container)
            return false
        }
        try countElement(of: container)
        try scanKey(text)
        return true
    }

    private mutating func openContainer(_ kind: JSONKind) throws(SyntaxFailure) -> Int {
        guard open.count < limits.depth else {
            throw exceeded("nested deeper than \(limits.depth)")
        }
        let container = nodes.count
        try append(kind, offset: position, extent: 0)
        nodes.append(JSONNode(link: 0))
        position += 1
        open.append(container)
        return container
    }

    private mutating func close(_ container: Int) {
        nodes[container + 1] = JSONNode(link: nodes.count)
        open.removeLast()
    }

    private mutating func countElement(of container: Int) throws(SyntaxFailure) {
        guard nodes[container].extent < min(limits.elements, JSONNode.extentLimit) else {
            throw exceeded("more than \(limits.elements) elements in one container")
        }
        nodes[container].count()
    }

    private mutating func scanKey(_ text: Span<UInt8>) throws(SyntaxFailure) {
        guard let quote = skipSpace(text) else { throw truncated("a key was expected") }
        guard quote == UInt8(ascii: "\"") else { throw malformed("a key was expected") }
        try scanString(text)
        guard let colon = skipSpace(text) else { throw truncated("a colon was expected") }
        guard colon == UInt8(ascii: ":") else { throw malformed("a colon was expected") }
        position += 1
    }

    private mutating func append(
        _ kind: JSONKind, offset: Int, extent: Int
    ) throws(SyntaxFailure) {
        guard nodes.count < limits.nodes else { throw exceeded("too many values") }
        // Two neighbours: where each value takes two nodes, only even counts are seen.
        if nodes.count & 0xFFFE == 0xFFFE, deadline.isPast {
            throw exceeded("parsing took too long")
        }
        nodes.append(JSONNode(kind, offset: offset, extent: extent))
    }

    /// Moves to the next byte that is not white space.
    private mutating func skipSpace(_ text: Span<UInt8>) -> UInt8? {
        while position < end {
            let byte = text[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            position += 1
        }
        return nil
    }
}

extension JSONScanner {
    private mutating func scanString(_ text: Span<UInt8>) throws(SyntaxFailure) {
        let start = position + 1
        // One byte more than allowed is looked at, to tell a long string from an open one.
        let stop = min(end, start + min(stringBytes, end) + 1)
        var kind = JSONKind.string
        position = start
        while position < stop {
            let byte = text[position]
            if byte == UInt8(ascii: "\"") {
                try append(kind, offset: start, extent: position - start)
                position += 1
                return
            }
            if byte == UInt8(ascii: "\\") {
                kind = .escapedString
                try skipEscape(text)
            } else if byte < 0x20 {
                throw malformed("a control character in a string")
            } else {
                position += 1
            }
        }
        guard position < end || position - start > stringBytes else {
            throw truncated("a string is not closed")
        }
        throw exceeded("a string of more than \(stringBytes) bytes")
    }

    private mutating func skipEscape(_ text: Span<UInt8>) throws(SyntaxFailure) {
        position += 1
        guard position < end else { throw truncated("an escape is not complete") }
        let byte = text[position]
        position += 1
        guard byte == UInt8(ascii: "u") else {
            guard JSONEscape.character(for: byte) != nil else {
                position -= 1
                throw malformed("an unknown escape")
            }
            return
        }
        for _ in 0..<4 {
            guard position < end else { throw truncated("an escape is not complete") }
            guard JSONEscape.hexDigit(text[position]) != nil else {
                throw malformed("a hexadecimal digit was expected")
            }
            position += 1
        }
    }

    private mutating func scanWord(
        _ word: StaticString, _ kind: JSONKind, _ text: Span<UInt8>
    ) throws(SyntaxFailure) {
        let start = position
        let length = word.utf8CodeUnitCount
        var matches = 0
        while matches < length, start + matches < end,
            text[start + matches] == word.utf8Start[matches]
        {
            matches += 1
        }
        position += matches
        guard matches == length else {
            throw position == end
                ? truncated("a word is not complete") : malformed("an unknown word")
        }
        try append(kind, offset: start, extent: length)
    }

    private mutating func scanNumber(_ text: Span<UInt8>) throws(SyntaxFailure) {
        let start = position
        if text[position] == UInt8(ascii: "-") {
            position += 1
            if position < end, text[position] == UInt8(ascii: "I") {
                return try scanWord("Infinity", .minusInfinity, text)
            }
        }
        let leading = position
        try skipDigits(text, from: start)
        if position - leading > 1, text[leading] == UInt8(ascii: "0") {
            position = leading + 1
            throw malformed("a number with a leading zero")
        }
        if position < end, text[position] == UInt8(ascii: ".") {
            position += 1
            try skipDigits(text, from: start)
        }
        if position < end, text[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            let isSigned =
                position < end
                && (text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-"))
            if isSigned { position += 1 }
            try skipDigits(text, from: start)
        }
        try append(.number, offset: start, extent: position - start)
    }

    /// At least one digit.
    private mutating func skipDigits(
        _ text: Span<UInt8>, from start: Int
    ) throws(SyntaxFailure) {
        let first = position
        let stop = min(end, start + min(numberCharacters, end) + 1)
        while position < stop, text[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        guard position - start <= numberCharacters else {
            throw exceeded("a number of more than \(numberCharacters) characters")
        }
        guard position > first else {
            throw position == end
                ? truncated("a number is not complete") : malformed("a digit was expected")
        }
    }

    private func malformed(_ reason: String) -> SyntaxFailure {
        SyntaxFailure(kind: .malformed, offset: position, reason: reason)
    }

    private func truncated(_ reason: String) -> SyntaxFailure {
        SyntaxFailure(
            kind: .truncated, offset: position, reason: "the input ended early: \(reason)")
    }

    private func exceeded(_ reason: String) -> SyntaxFailure {
        SyntaxFailure(kind: .limitExceeded, offset: position, reason: reason)
    }
}
