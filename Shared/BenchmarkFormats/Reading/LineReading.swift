/// Hands the lines of a file of text to a format.
enum LineReading {
    static func text(
        _ head: inout FileHead, _ format: any LineReader, _ options: ParseOptions,
        _ results: inout ResultCollector
    ) throws(ParseRefusal) {
        var format = format
        var stream = head.lines(longest: options.limits.lineBytes)
        var silent = 0
        while let line = stream.next() {
            guard !line.isTooLong else {
                results.failLongLine(line, longest: options.limits.lineBytes)
                continue
            }
            if line.number & 1023 == 0 { try results.checkTime(afterReading: stream.readBytes) }
            let before = results.taken
            try format.read(TextLine(line), into: &results)
            if results.taken == before { silent += 1 }
        }
        try format.finish(into: &results)
        results.ignore("lines without a result", silent)
    }
}

/// Hands the objects of a file with one a line to a format.
struct RecordReading {
    let options: ParseOptions
    let hasTextBetween: Bool

    func read(
        _ head: inout FileHead, _ format: any RecordFormat, _ results: inout ResultCollector
    ) throws(ParseRefusal) {
        var format = format
        var stream = head.lines(longest: options.limits.recordBytes)
        var silent = 0
        while let line = stream.next() {
            guard !line.isTooLong else {
                results.failLongLine(line, longest: options.limits.recordBytes)
                continue
            }
            if line.number & 1023 == 0 { try results.checkTime(afterReading: stream.readBytes) }
            let before = results.taken
            if let record = record(line, &results) { try format.read(record, into: &results) }
            if results.taken == before { silent += 1 }
        }
        try format.finish(into: &results)
        results.ignore("lines without a result", silent)
    }

    /// One line; a broken one is listed and passed over.
    private func record(
        _ line: LineStream.Line, _ results: inout ResultCollector
    ) -> JSONValue? {
        guard let first = line.bytes.first(where: { !TextCursor.isSpace($0) }) else { return nil }
        if hasTextBetween, first != UInt8(ascii: "{") { return nil }
        let bytes = Array(line.bytes)
        do throws(SyntaxFailure) {
            return try JSONDocument(
                bytes, bytes.indices, limits: options.limits, deadline: results.deadline
            ).root
        } catch {
            // A line that a line feed ends was written whole: it is broken, not cut.
            let isBroken = error.problemClass == .truncated && line.isEnded
            results.fail(
                isBroken ? .malformed : error.problemClass, message: error.reason,
                at: line.position(of: error.offset, in: bytes))
            return nil
        }
    }
}

extension LineStream.Line {
    fileprivate func position(of place: Int, in bytes: [UInt8]) -> TextPosition {
        let inLine = TextPosition(of: place, in: bytes)
        return TextPosition(offset: offset + inLine.offset, line: number, column: inLine.column)
    }
}

extension ResultCollector {
    fileprivate mutating func failLongLine(_ line: LineStream.Line, longest: Int) {
        fail(
            .limitExceeded, message: "a line of more than \(longest) bytes is passed over",
            at: line.position)
    }
}
