// BenchmarkFormats: the output files of benchmark tools.
// In: the bytes of one file and, where known, the name of its format.
// Out: a `ParseReport`: results in canonical units, and every error and warning met on the way.
// No file, clock of the day or network is touched, and no input makes it trap.

/// Reads one benchmark output file into the common result model.
package enum BenchmarkParser {
    /// The format name that asks for detection by content.
    package static let automatic = "auto"

    /// Reads a whole file.
    /// - Parameters:
    ///   - format: an id of `FormatCatalogue`, or `auto`.
    ///   - bytes: the file, byte for byte.
    ///   - limits: what is refused.
    /// - Returns: a report in every case; a refused document is a report with one error.
    package static func parse(
        format: String = automatic, bytes: [UInt8], limits: ParseLimits = ParseLimits()
    ) -> ParseReport {
        do {
            return try read(format: format, bytes: bytes, limits: limits)
        } catch {
            return ParseReport(refused: error.problem)
        }
    }

    private static func read(
        format: String, bytes: [UInt8], limits: ParseLimits
    ) throws(ParseRefusal) -> ParseReport {
        let deadline = ParseDeadline(limits.time)
        guard bytes.count <= limits.inputBytes else {
            throw ParseRefusal(
                .limitExceeded,
                "the input has \(bytes.count) bytes; at most \(limits.inputBytes) are read")
        }
        let text = try DecodedText(bytes)
        guard !text.isBlank else { throw ParseRefusal(.emptyInput, "the input is empty") }
        try deadline.check()
        var input = FormatInput(text: text, limits: limits, deadline: deadline)
        let chosen = try choose(format, &input)
        var results = ResultCollector(limits: limits, deadline: deadline)
        try chosen.read(input, &results)
        return try results.report(format: chosen.id, reason: chosen.reason)
    }

    private struct Choice {
        let id: String
        let read: FormatEntry.Reader
        let reason: String
    }

    private static func choose(
        _ format: String, _ input: inout FormatInput
    ) throws(ParseRefusal) -> Choice {
        let entry: FormatEntry
        let reason: String
        if format == automatic {
            (entry, reason) = try FormatDetector.detect(&input)
        } else {
            guard let named = FormatCatalogue.entry(format) else {
                throw ParseRefusal(.unknownFormat, "there is no format of this name")
            }
            (entry, reason) = (named, "named by the caller")
        }
        guard let read = entry.read else {
            throw ParseRefusal(
                .unknownFormat, "this is \(entry.id) (\(reason)), which is not supported")
        }
        return Choice(id: entry.id, read: read, reason: reason)
    }
}
