// BenchmarkFormats: the output files of benchmark tools.
// In: the bytes of one file or folder and, where known, the name of its format.
// Out: a `ParseReport`: results in canonical units, and every error and warning met on the way.
// No file, clock of the day or network is touched, and no input makes it trap.

/// Reads one benchmark output file into the common result model.
package enum BenchmarkParser {
    /// The format name that asks for detection by content.
    package static let automatic = "auto"
    /// The format name that asks for the rules of `ParseOptions`.
    package static let rules = "rules"

    /// Reads a file that is in memory.
    /// - Parameters:
    ///   - format: an id of `FormatCatalogue`, `auto` or `rules`.
    ///   - bytes: the file, byte for byte.
    ///   - options: limits, and what the caller knows of the file.
    /// - Returns: a report in every case; a refused document is a report with one error.
    package static func parse(
        format: String = automatic, bytes: [UInt8], options: ParseOptions = ParseOptions()
    ) -> ParseReport {
        do {
            return try read(format, ByteSource(bytes), options)
        } catch {
            return ParseReport(refused: error.problem)
        }
    }

    /// Reads a file piece by piece; of a format of lines never more than a few are held.
    /// - Throws: what reading the bytes threw.
    package static func parse(
        format: String = automatic, from source: ByteSource, options: ParseOptions = ParseOptions()
    ) throws -> ParseReport {
        let report: ParseReport
        do throws(ParseRefusal) {
            report = try read(format, source, options)
        } catch {
            report = ParseReport(refused: error.problem)
        }
        if let failure = source.failure { throw failure }
        return report
    }

    /// Reads a folder of files.
    package static func parse(
        format: String = automatic, folder files: [ResultFile],
        options: ParseOptions = ParseOptions()
    ) -> ParseReport {
        do throws(ParseRefusal) {
            let isNamed = format != automatic
            let id = isNamed ? format : CriterionFolder.id
            guard case .folder(let read) = try entry(id, options).reader else {
                throw ParseRefusal(.schemaMismatch, "\(format) is a file, and this is a folder")
            }
            var results = ResultCollector(
                limits: options.limits, deadline: ParseDeadline(options.limits.time))
            try read(files, options, &results)
            return try results.report(
                format: id, reason: isNamed ? "named by the caller" : "a folder")
        } catch {
            return ParseReport(refused: error.problem)
        }
    }

    private static func read(
        _ format: String, _ source: ByteSource, _ options: ParseOptions
    ) throws(ParseRefusal) -> ParseReport {
        var results = ResultCollector(
            limits: options.limits, deadline: ParseDeadline(options.limits.time))
        // The file is let go before the report is made of what was gathered.
        let (id, reason) = try take(format, source, options, &results)
        return try results.report(format: id, reason: reason)
    }

    private static func take(
        _ format: String, _ source: ByteSource, _ options: ParseOptions,
        _ results: inout ResultCollector
    ) throws(ParseRefusal) -> (id: String, reason: String) {
        let deadline = results.deadline
        var head = FileHead(source)
        try head.unwrap(options.limits)
        guard !head.isBlank() else { throw ParseRefusal(.emptyInput, "the input is empty") }
        try deadline.check()
        let found = try find(format, &head, options, deadline)
        switch found.entry.reader {
        case .document(let read):
            try read(try input(&head, found, options, deadline), &results)
        case .lines(let make):
            try LineReading.text(&head, make(options), options, &results)
        case .records(let make, let hasTextBetween):
            let reading = RecordReading(options: options, hasTextBetween: hasTextBetween)
            try reading.read(&head, make(options), &results)
        case .folder:
            throw ParseRefusal(.schemaMismatch, "\(found.entry.id) is a folder, not a file")
        }
        return (found.entry.id, found.reason)
    }

    private static func input(
        _ head: inout FileHead, _ found: FormatDetector.Finding, _ options: ParseOptions,
        _ deadline: ParseDeadline
    ) throws(ParseRefusal) -> FormatInput {
        try head.readAll(options.limits)
        var input = FormatInput(
            text: try DecodedText(head.bytes), options: options, deadline: deadline)
        input.parsed = found.parsed
        input.markup = found.markup
        return input
    }

    private static func find(
        _ format: String, _ head: inout FileHead, _ options: ParseOptions,
        _ deadline: ParseDeadline
    ) throws(ParseRefusal) -> FormatDetector.Finding {
        guard format == automatic else {
            return FormatDetector.Finding(
                entry: try entry(format, options), reason: "named by the caller")
        }
        return try FormatDetector.detect(&head, options, deadline)
    }

    private static func entry(
        _ format: String, _ options: ParseOptions
    ) throws(ParseRefusal) -> FormatEntry {
        if format == rules, let rules = options.rules { return FormatEntry(rules) }
        guard let entry = FormatCatalogue.entry(format) else {
            throw ParseRefusal(.unknownFormat, "there is no format of this name")
        }
        return entry
    }
}
