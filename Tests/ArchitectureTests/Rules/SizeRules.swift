/// Sizes that no file, function or line exceeds, and the smaller ones that the house aims at.
enum SizeRules {
    static let fileLimit = 400
    static let fileAim = 300
    static let functionLimit = 70
    static let functionAim = 40
    static let columnLimit = 100

    struct Sized: Hashable {
        let path: String
        let line: Int
        let name: String
        let lineCount: Int
    }

    static func functions(in source: SourceText) -> [Sized] {
        let isSwift = source.path.hasSuffix(".swift")
        let found =
            isSwift
            ? FunctionFinder.functions(in: source) : CFunctionFinder.functions(in: source)
        return found.map {
            Sized(
                path: source.path, line: $0.lines.lowerBound, name: $0.name,
                lineCount: $0.lines.count)
        }
    }

    static func longFiles(_ sources: [SourceText]) -> [Violation] {
        sources.filter { $0.lineCount > fileLimit }.map {
            Violation($0.path, "has \($0.lineCount) lines, \(fileLimit) are the limit")
        }
    }

    static func longFunctions(_ functions: [Sized]) -> [Violation] {
        functions.filter { $0.lineCount > functionLimit }.map {
            Violation(
                $0.path, line: $0.line,
                "\($0.name) has \($0.lineCount) lines, \(functionLimit) are the limit")
        }
    }

    /// Columns are characters, not bytes.
    static func longLines(in source: SourceText) -> [Violation] {
        (1...source.lineCount).compactMap { line in
            let bytes = source.bytes(ofLine: line)
            guard bytes.count > columnLimit else { return nil }
            let columns = String(decoding: bytes, as: UTF8.self).count
            guard columns > columnLimit else { return nil }
            return Violation(
                source.path, line: line, "has \(columns) columns, \(columnLimit) are the limit")
        }
    }
}
