/// `cargo bench` of a package that has benchmarks of both harnesses.
struct RustConsole: LineFormat {
    static let id = "rust-console"
    static let title = "cargo bench, libtest and Criterion.rs mixed"
    static let keeps = "What libtest-text and criterion-console keep"

    private var libtest: LibtestText
    private var criterion: CriterionConsole
    /// Criterion's results come behind all of libtest's.
    private var later: ResultCollector

    init(_ options: ParseOptions) {
        libtest = LibtestText(options)
        criterion = CriterionConsole(options)
        later = ResultCollector(
            limits: options.limits, deadline: ParseDeadline(options.limits.time))
    }

    static func isSign(_ line: TextLine) -> Bool { false }

    static func detect(_ evidence: FormatEvidence) -> String? {
        guard let one = evidence.sign(of: LibtestText.id),
            let other = evidence.sign(of: CriterionConsole.id)
        else { return nil }
        return "\(one) and \(other)"
    }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        try libtest.read(line, into: &results)
        try criterion.read(line, into: &later)
    }

    mutating func finish(into results: inout ResultCollector) throws(ParseRefusal) {
        try results.append(later)
    }
}
