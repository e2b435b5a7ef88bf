/// `go test -bench`.
struct GoBenchText: LineFormat {
    static let id = "go-bench-text"
    static let title = "go test -bench"
    static let keeps = """
        Every line of `-count` as a sample: time, bytes and allocations an operation, bytes a \
        second, custom metrics; sub-benchmarks' `key=value` parts and GOMAXPROCS as parameters
        """

    private var package: String?
    /// A name whose figures the benchmark's own output put on a later line.
    private var pending: [UInt8]?
    private var directions: [String: BenchmarkResult.Better] = [:]
    private var last: (line: [UInt8], name: GoBenchName)?

    init(_ options: ParseOptions) {}

    /// - Parameter package: where output does not name it.
    init(package: String?) { self.package = package }

    static func isSign(_ line: TextLine) -> Bool {
        if line.starts(with: "goos: ") || line.starts(with: "pkg: ") { return true }
        guard line.starts(with: "Benchmark") else { return false }
        let fields = fields(line.bytes)
        return fields.count >= 4 && fields[1].allSatisfy(TextCursor.isDigit)
            && fields[3].contains(UInt8(ascii: "/"))
    }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let first = line.bytes.first else { return }
        switch first {
        case UInt8(ascii: "B") where line.starts(with: "Benchmark"):
            try readResult(line, into: &results)
        case UInt8(ascii: "p") where line.starts(with: "pkg: "):
            package = TextCursor.string(TextCursor.trimmed(line.bytes.dropFirst(5)))
            pending = nil
        case UInt8(ascii: "p") where line.starts(with: "panic:"):
            results.fail(
                .benchmarkFailed, name: package ?? "go test", message: "the program panicked",
                at: line.position)
        case UInt8(ascii: "U") where line.starts(with: "Unit "): readUnit(line)
        case UInt8(ascii: "-"), UInt8(ascii: " "), UInt8(ascii: "\t"), 0x30...0x39:
            if readEnd(line, into: &results) { return }
            guard let name = pending, isFigures(Self.fields(line.bytes)) else { return }
            pending = nil
            try add(name[...], Self.fields(line.bytes), line, into: &results)
        default: return
        }
    }

    private static func fields(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        bytes.split(whereSeparator: TextCursor.isSpace)
    }

    private mutating func readResult(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        var fields = Self.fields(line.bytes)
        let name = fields.removeFirst()
        guard isFigures(fields) else {
            pending = fields.isEmpty || line.isEnded ? Array(name) : nil
            return
        }
        pending = nil
        try add(name, fields, line, into: &results)
    }

    /// Whether these are iterations and figures, and not words that the benchmark printed.
    private func isFigures(_ fields: [ArraySlice<UInt8>]) -> Bool {
        guard fields.count >= 3, fields[0].allSatisfy(TextCursor.isDigit) else { return false }
        return fields[2].contains(UInt8(ascii: "/")) || DecimalNumber.read(fields[1]) != nil
    }

    /// The fields are iterations, then a value and its unit, again and again.
    private mutating func add(
        _ name: ArraySlice<UInt8>, _ fields: [ArraySlice<UInt8>], _ line: TextLine,
        into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let figures = fields.dropFirst()
        // A line that was cut may lack the end of a number or of a unit.
        let isCut = !line.isEnded && !(fields.last.map(Self.isWholeUnit) ?? false)
        guard !isCut else { return }
        let split = split(name)
        guard figures.count % 2 == 0 else {
            return results.fail(
                .entryInvalid, name: split.name, message: "a value has no unit", at: line.position)
        }
        for place in stride(from: figures.startIndex, to: figures.endIndex, by: 2) {
            let unitText = TextCursor.string(figures[place + 1])
            guard let value = DecimalNumber.read(figures[place]) else {
                results.fail(
                    .valueInvalid, name: split.name, metric: unitText,
                    message: ValueFault.invalid.message, at: line.position)
                continue
            }
            let measure = GoBenchMeasure(unitText, directions[unitText])
            let identity = ResultIdentity(
                name: split.name, params: split.params, metric: measure.metric)
            try results.add(identity) { () throws(ValueFault) in
                try ResultRecord(measure.unit, better: measure.better, sample: value)
            }
        }
    }

    private static func isWholeUnit(_ unit: ArraySlice<UInt8>) -> Bool {
        let text = TextCursor.string(unit)
        return text.hasSuffix("/op") || text.hasSuffix("/s")
    }

    /// Lines of one benchmark follow each other, so the last name is likely to be this one.
    private mutating func split(_ name: ArraySlice<UInt8>) -> GoBenchName {
        if let last, last.name.package == package, last.line.elementsEqual(name) {
            return last.name
        }
        let split = GoBenchName(name, package)
        last = (Array(name), split)
        return split
    }

    private mutating func readUnit(_ line: TextLine) {
        let fields = Self.fields(line.bytes)
        guard fields.count > 2 else { return }
        for field in fields.dropFirst(2) {
            var cursor = TextCursor(field)
            guard cursor.take("better=") else { continue }
            directions[TextCursor.string(fields[1])] =
                BenchmarkResult.Better(rawValue: cursor.text)
        }
    }

    private func readEnd(_ line: TextLine, into results: inout ResultCollector) -> Bool {
        var cursor = line.cursor
        cursor.skipSpace()
        guard cursor.take("--- ") else { return false }
        let isFailure = cursor.take("FAIL: ")
        guard isFailure || cursor.take("SKIP: ") else { return true }
        let word = cursor.word()
        guard word.starts(with: Array("Benchmark".utf8)) else { return true }
        results.fail(
            isFailure ? .benchmarkFailed : .benchmarkSkipped,
            name: GoBenchName(word, package).full,
            message: isFailure ? "the benchmark failed" : "the benchmark was skipped",
            at: line.position)
        return true
    }
}

/// `BenchmarkSize/n=16/mode=copy-2`: package and name, and what is a parameter.
struct GoBenchName {
    let package: String?
    let name: String
    /// Without the processors, but with all of its parts.
    let full: String
    private(set) var params: [String: String] = [:]

    init(_ bytes: ArraySlice<UInt8>, _ package: String?) {
        self.package = package
        var rest = bytes
        let digits = rest.reversed().prefix(while: TextCursor.isDigit).count
        let dash = rest.endIndex - digits - 1
        if (1...9).contains(digits), dash > rest.startIndex, rest[dash] == UInt8(ascii: "-") {
            params["gomaxprocs"] = TextCursor.string(rest[(dash + 1)...])
            rest = rest[..<dash]
        }
        var kept: [ArraySlice<UInt8>] = []
        for part in rest.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if !kept.isEmpty, let sign = part.firstIndex(of: UInt8(ascii: "=")),
                sign > part.startIndex
            {
                params[TextCursor.string(part[..<sign])] = TextCursor.string(part[(sign + 1)...])
            } else {
                kept.append(part)
            }
        }
        let head = package.map { $0 + "." } ?? ""
        name = head + kept.map(TextCursor.string).joined(separator: "/")
        full = head + TextCursor.string(rest)
    }
}

/// What a unit of a Go benchmark measures.
struct GoBenchMeasure {
    let metric: String
    let unit: CanonicalUnit
    let better: BenchmarkResult.Better?

    init(_ text: String, _ said: BenchmarkResult.Better?) {
        switch text {
        case "ns/op": (metric, unit, better) = ("time", .nanoseconds, said)
        case "B/op": (metric, unit, better) = ("allocated_bytes", .bytes, said)
        case "allocs/op": (metric, unit, better) = ("allocations", .count, said)
        case "MB/s": (metric, unit, better) = ("bytes_per_second", .megabytesPerSecond, said)
        default:
            let plain = text.hasSuffix("/op") ? String(text.dropLast(3)) : text
            if plain.hasSuffix("-ns") {
                (metric, unit, better) = (Self.slug(plain.dropLast(3)), .nanoseconds, said)
            } else if plain.hasSuffix("-bytes") {
                (metric, unit, better) = (Self.slug(plain.dropLast(6)), .bytes, said)
            } else {
                metric = Self.slug(text[...])
                unit = CanonicalUnit(name: text)
                better = said ?? Self.direction(text)
            }
        }
    }

    private static func direction(_ text: String) -> BenchmarkResult.Better {
        text.hasSuffix("/s") ? .higher : text.hasSuffix("/op") ? .lower : .none
    }

    /// A name without a letter or digit of ASCII stays as it is.
    private static func slug(_ text: Substring) -> String {
        let slug = Slug.of(String(text))
        return slug.isEmpty ? String(text) : slug
    }
}
