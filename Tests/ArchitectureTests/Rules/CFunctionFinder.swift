/// Finds the functions of a C file: a brace at the outermost level after a closing parenthesis.
enum CFunctionFinder {
    static func functions(in source: SourceText) -> [FunctionExtent] {
        var found: [FunctionExtent] = []
        var depth = 0
        var start: Int?
        var declaration = 0
        var lastMark: UInt8 = 0
        for (offset, byte) in source.code.enumerated() where byte > Byte.space {
            switch byte {
            case Byte.openBrace:
                if depth == 0, lastMark == Byte.close { start = declaration }
                depth += 1
            case Byte.closeBrace:
                depth -= 1
                if depth == 0, let first = start {
                    found.append(extent(in: source, from: first, to: offset))
                    start = nil
                }
            default:
                if depth == 0, [0, 0x3B, Byte.closeBrace].contains(lastMark) {
                    declaration = offset
                }
            }
            lastMark = byte
        }
        return found
    }

    private static func extent(in source: SourceText, from: Int, to: Int) -> FunctionExtent {
        let head = source.code[from..<to].prefix { $0 != Byte.open }
        let name = head.split { !Byte.isWord($0) }.last ?? []
        return FunctionExtent(
            name: String(decoding: name, as: UTF8.self),
            lines: source.line(at: from)...source.line(at: to))
    }
}
