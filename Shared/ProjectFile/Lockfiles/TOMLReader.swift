/// Reads TOML 1.0 as far as tools write it into lockfiles and manifests.
///
/// The reader is ours because a lockfile comes from a stranger: it never traps, its depth is
/// bounded, and it says the line. Source: the specification of TOML 1.0.0 (toml.io).
struct TOMLReader {
    private static let depthLimit = 64

    private let bytes: [UInt8]
    private var at = 0
    private var line = 1

    static func table(in text: String) throws(LockfileFailure) -> [String: TOMLValue] {
        var reader = TOMLReader(text)
        return try reader.document()
    }

    private init(_ text: String) { bytes = Array(text.utf8) }

    private mutating func document() throws(LockfileFailure) -> [String: TOMLValue] {
        var root: [String: TOMLValue] = [:]
        var section: [String: TOMLValue] = [:]
        var header: (path: [String], isElement: Bool) = ([], false)
        while true {
            skip(blankLines: true)
            guard let byte = peek else { break }
            if byte == UInt8(ascii: "[") {
                try close(section, header, into: &root)
                section = [:]
                header = try readHeader()
            } else {
                try readEntry(into: &section, depth: 0)
            }
            try endLine()
        }
        try close(section, header, into: &root)
        return root
    }

    private func close(
        _ section: [String: TOMLValue], _ header: (path: [String], isElement: Bool),
        into root: inout [String: TOMLValue]
    ) throws(LockfileFailure) {
        guard root.place(section, at: header.path[...], isElement: header.isElement) else {
            throw fault("`\(header.path.joined(separator: "."))` is there twice")
        }
    }

    private mutating func readHeader() throws(LockfileFailure) -> ([String], Bool) {
        at += 1
        let isElement = take(UInt8(ascii: "["))
        let path = try keys()
        guard take(UInt8(ascii: "]")), !isElement || take(UInt8(ascii: "]")) else {
            throw fault("the header is not closed")
        }
        return (path, isElement)
    }

    private mutating func readEntry(
        into table: inout [String: TOMLValue], depth: Int
    ) throws(LockfileFailure) {
        let path = try keys()
        guard take(UInt8(ascii: "=")) else { throw fault("`=` is missing") }
        skip(blankLines: false)
        let value = try value(depth: depth + 1)
        guard let last = path.last,
            table.place([last: value], at: path.dropLast(), isElement: false)
        else { throw fault("`\(path.joined(separator: "."))` is there twice") }
    }

    private mutating func keys() throws(LockfileFailure) -> [String] {
        var path: [String] = []
        repeat {
            skip(blankLines: false)
            guard path.count < Self.depthLimit else { throw fault("the key has too many parts") }
            switch peek {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): path.append(try string())
            default:
                let key = word { Self.isLetter($0) }
                guard !key.isEmpty else { throw fault("a key is missing") }
                path.append(key)
            }
            skip(blankLines: false)
        } while take(UInt8(ascii: "."))
        return path
    }

    private mutating func value(depth: Int) throws(LockfileFailure) -> TOMLValue {
        guard depth < Self.depthLimit else { throw fault("values are nested too deeply") }
        switch peek {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try string())
        case UInt8(ascii: "["): return .list(try list(depth: depth))
        case UInt8(ascii: "{"): return .table(try inlineTable(depth: depth))
        default:
            // Numbers, dates and words; a date may have one blank inside.
            let text = word { Self.isLetter($0) || [0x2B, 0x2E, 0x3A].contains($0) }
            guard !text.isEmpty else { throw fault("a value is missing") }
            return .bare(text)
        }
    }

    private mutating func list(depth: Int) throws(LockfileFailure) -> [TOMLValue] {
        at += 1
        var items: [TOMLValue] = []
        while true {
            skip(blankLines: true)
            if take(UInt8(ascii: "]")) { return items }
            items.append(try value(depth: depth + 1))
            skip(blankLines: true)
            if !take(UInt8(ascii: ",")) {
                guard take(UInt8(ascii: "]")) else { throw fault("the list is not closed") }
                return items
            }
        }
    }

    private mutating func inlineTable(depth: Int) throws(LockfileFailure) -> [String: TOMLValue] {
        at += 1
        var table: [String: TOMLValue] = [:]
        skip(blankLines: true)
        if take(UInt8(ascii: "}")) { return table }
        while true {
            skip(blankLines: true)
            try readEntry(into: &table, depth: depth)
            skip(blankLines: true)
            if take(UInt8(ascii: "}")) { return table }
            guard take(UInt8(ascii: ",")) else { throw fault("the table is not closed") }
        }
    }

    private mutating func string() throws(LockfileFailure) -> String {
        guard let quote = peek else { throw fault("a string is missing") }
        let isLong = bytes[at...].starts(with: [quote, quote, quote])
        at += isLong ? 3 : 1
        if isLong, take(0x0D) || peek == 0x0A, take(0x0A) { line += 1 }
        var content: [UInt8] = []
        while let byte = peek {
            if byte == quote, !isLong || bytes[at...].starts(with: [quote, quote, quote]) {
                at += isLong ? 3 : 1
                return String(decoding: content, as: UTF8.self)
            }
            at += 1
            if byte == 0x0A {
                guard isLong else { break }
                line += 1
            }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                content += try escape()
            } else {
                content.append(byte)
            }
        }
        throw fault("the string is not closed")
    }

    private mutating func escape() throws(LockfileFailure) -> [UInt8] {
        guard let byte = peek else { throw fault("the string is not closed") }
        at += 1
        switch byte {
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [byte]
        case UInt8(ascii: "u"): return try scalar(digits: 4)
        case UInt8(ascii: "U"): return try scalar(digits: 8)
        case 0x0A, 0x0D, 0x20, 0x09:
            // A line that is continued, without the blanks before its rest.
            at -= 1
            while let blank = peek, [0x0A, 0x0D, 0x20, 0x09].contains(blank) {
                line += blank == 0x0A ? 1 : 0
                at += 1
            }
            return []
        default: throw fault("`\\\(Character(Unicode.Scalar(byte)))` is not an escape")
        }
    }

    private mutating func scalar(digits: Int) throws(LockfileFailure) -> [UInt8] {
        let text = String(decoding: bytes[at...].prefix(digits), as: UTF8.self)
        guard text.utf8.count == digits, let number = UInt32(text, radix: 16),
            let scalar = Unicode.Scalar(number)
        else { throw fault("`\(text)` is no character") }
        at += digits
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func endLine() throws(LockfileFailure) {
        skip(blankLines: false)
        guard peek == nil || peek == 0x0A || peek == 0x0D else {
            throw fault("more follows on the line")
        }
    }

    /// Blanks and comments; line ends too with `blankLines`.
    private mutating func skip(blankLines: Bool) {
        while let byte = peek {
            switch byte {
            case 0x20, 0x09: at += 1
            case UInt8(ascii: "#"): while let byte = peek, byte != 0x0A { at += 1 }
            case 0x0A, 0x0D:
                guard blankLines else { return }
                line += byte == 0x0A ? 1 : 0
                at += 1
            default: return
            }
        }
    }

    private mutating func word(_ belongs: (UInt8) -> Bool) -> String {
        let start = at
        while let byte = peek, belongs(byte) { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        at += 1
        return true
    }

    private func fault(_ why: String) -> LockfileFailure { .malformed(why, line: line) }
}
