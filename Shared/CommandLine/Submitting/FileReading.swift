import BenchmarkFormats

/// The files of one call, read; says of each how it went.
struct FileReading {
    private(set) var results = MergedResults()
    private var statuses: [ParseReport.Status] = []

    init(
        paths: [String], format: String, rules: String?, prefix: String, _ session: Session
    ) throws {
        var options = ParseOptions()
        if let rules { options.rules = try ParsedFormat.rules(session.path(rules)) }
        let asked = try ParsedFormat.asked(format, hasRules: rules != nil)
        for path in paths {
            try Task.checkCancellation()
            let report = try BenchmarkInput(path, session).report(asked, options)
            Self.tell(report, path, session)
            statuses.append(report.status)
            do throws(MergedResults.Clash) {
                try results.add(report, prefix: prefix)
            } catch {
                throw CommandFailure.usage(
                    "\(path) gives \(error.metric) of \(error.benchmark) in another unit than a "
                        + "file before it", try: "--benchmark-prefix, and two calls")
            }
        }
    }

    /// `partial` where something could not be read.
    var status: CommandStatus { statuses.allSatisfy { $0 == .ok } ? .done : .partial }

    private static func tell(_ report: ParseReport, _ path: String, _ session: Session) {
        let count = report.results.count
        let name = path == "-" ? "standard input" : path
        session.note(
            count == 0
                ? "\(name): refused"
                : "\(name): \(report.format ?? "?"), \(count) result\(count == 1 ? "" : "s")")
        session.noteErrors(of: report, in: name)
        if report.errors.count > 20 { session.note("\(name): …") }
    }
}

extension Session {
    /// Says where the first errors of a file are.
    func noteErrors(of report: ParseReport, in path: String) {
        for error in report.errors.prefix(20) {
            let place = error.position.map { "line \($0.line), column \($0.column): " } ?? ""
            let name = error.name.map { "\($0): " } ?? ""
            note("\(path): \(place)\(name)\(error.message)")
        }
    }
}

/// Which format the caller names, of those that there are.
enum ParsedFormat {
    static func asked(_ format: String, hasRules: Bool) throws(CommandFailure) -> String {
        let known = FormatCatalogue.entries.map(\.id)
        guard !hasRules || format == BenchmarkParser.automatic else {
            throw .usage("--rules and --format exclude each other", try: "one of them")
        }
        guard format == BenchmarkParser.automatic || known.contains(format) else {
            throw .usage(
                "there is no format `\(format)`",
                try: "one of auto, \(known.joined(separator: ", "))")
        }
        return hasRules ? BenchmarkParser.rules : format
    }

    static func rules(_ path: String) throws -> RuleSet {
        let bytes = try TextFile.bytes(path, limitBytes: 1 << 20)
        do throws(RuleSet.Fault) {
            return try RuleSet(bytes)
        } catch {
            throw CommandFailure.usage("\(path): \(error)")
        }
    }
}
