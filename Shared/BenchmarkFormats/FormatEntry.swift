/// One output format. A conformance is a file in `Formats` and a line in the catalogue.
protocol BenchmarkFormat: Sendable {
    /// The name in reports and on the command line.
    static var id: String { get }
    /// The tool, for people.
    static var title: String { get }
    /// What of the file is kept, for people.
    static var keeps: String { get }

    /// Whether a file is about one program, so that the project's name for it says more.
    static var isSingle: Bool { get }
    /// Names of files that lie beside results and hold none.
    static var companions: [String] { get }

    /// Why the content is of this format, or nil if it is not.
    static func detect(_ evidence: FormatEvidence) -> String?
}

extension BenchmarkFormat {
    static var isSingle: Bool { false }
    static var companions: [String] { [] }
}

/// A format that is one document: it is read whole, or refused whole.
protocol DocumentFormat: BenchmarkFormat {
    /// - Throws: when the whole file must be refused; lesser problems go to `results`.
    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal)
}

/// Reads lines of text, each of which is forgotten once it was read.
protocol LineReader: Sendable {
    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal)

    /// The last line was read.
    mutating func finish(into results: inout ResultCollector) throws(ParseRefusal)
}

/// A format of lines of text.
protocol LineFormat: BenchmarkFormat, LineReader {
    init(_ options: ParseOptions)

    /// Whether one line, wherever it stands, speaks for this format.
    static func isSign(_ line: TextLine) -> Bool
}

/// A format of JSON objects, one a line.
protocol RecordFormat: BenchmarkFormat {
    init(_ options: ParseOptions)

    /// Whether lines that do not begin with a brace are other programs' words.
    static var hasTextBetween: Bool { get }

    mutating func read(
        _ record: JSONValue, into results: inout ResultCollector
    ) throws(ParseRefusal)

    /// The last line was read.
    mutating func finish(into results: inout ResultCollector) throws(ParseRefusal)
}

/// A format of a folder of files.
protocol FolderFormat: BenchmarkFormat {
    static func read(
        _ files: [ResultFile], _ options: ParseOptions, into results: inout ResultCollector
    ) throws(ParseRefusal)
}

extension LineFormat {
    static func detect(_ evidence: FormatEvidence) -> String? { evidence.sign(of: id) }
}

extension LineReader {
    mutating func finish(into results: inout ResultCollector) throws(ParseRefusal) {}
}

extension RecordFormat {
    static var hasTextBetween: Bool { true }
    mutating func finish(into results: inout ResultCollector) throws(ParseRefusal) {}
}

extension FolderFormat {
    static func detect(_ evidence: FormatEvidence) -> String? { nil }
}

/// One line of the catalogue.
package struct FormatEntry: Sendable {
    typealias Detector = @Sendable (FormatEvidence) -> String?
    typealias DocumentReader =
        @Sendable (FormatInput, inout ResultCollector) throws(ParseRefusal) -> Void
    typealias FolderReader =
        @Sendable ([ResultFile], ParseOptions, inout ResultCollector) throws(ParseRefusal) -> Void

    enum Reader: Sendable {
        case document(DocumentReader)
        case lines(@Sendable (ParseOptions) -> any LineReader)
        case records(@Sendable (ParseOptions) -> any RecordFormat, hasTextBetween: Bool)
        case folder(FolderReader)
    }

    package let id: String
    package let title: String
    package let keeps: String
    /// Whether a file is about one program, so that the project's name for it says more.
    package let isSingle: Bool
    private let companions: [String]
    let detect: Detector
    /// Set for formats of text.
    let isSign: (@Sendable (TextLine) -> Bool)?
    let reader: Reader

    init<Format: DocumentFormat>(_ format: Format.Type) {
        self.init(
            format, nil,
            .document { input, results throws(ParseRefusal) in
                try format.read(input, into: &results)
            })
    }

    init<Format: LineFormat>(_ format: Format.Type) {
        self.init(format, { format.isSign($0) }, .lines { format.init($0) })
    }

    init<Format: RecordFormat>(_ format: Format.Type) {
        self.init(
            format, nil,
            .records({ format.init($0) }, hasTextBetween: format.hasTextBetween))
    }

    init<Format: FolderFormat>(_ format: Format.Type) {
        self.init(
            format, nil,
            .folder { files, options, results throws(ParseRefusal) in
                try format.read(files, options, into: &results)
            })
    }

    /// What a project's own rules read; no content speaks for it.
    init(_ rules: RuleSet) {
        id = "rules:\(rules.id)"
        title = "rules of the project"
        keeps = "What the rules name"
        isSingle = false
        companions = []
        detect = { _ in nil }
        isSign = nil
        reader =
            switch rules.kind {
            case .text(let rules): .lines { _ in TextRules(rules: rules) }
            case .tree(let rules):
                .document { input, results throws(ParseRefusal) in
                    try TreeRules.read(input, rules, into: &results)
                }
            }
    }

    private init<Format: BenchmarkFormat>(
        _ format: Format.Type, _ isSign: (@Sendable (TextLine) -> Bool)?, _ reader: Reader
    ) {
        id = format.id
        title = format.title
        keeps = format.keeps
        isSingle = format.isSingle
        companions = format.companions
        detect = { format.detect($0) }
        self.isSign = isSign
        self.reader = reader
    }

    /// Whether its input is a folder.
    package var isFolder: Bool {
        if case .folder = reader { true } else { false }
    }

    /// Whether a file lies beside results of this format and holds none.
    package func isCompanion(_ path: String) -> Bool {
        companions.contains { path == $0 || path.hasSuffix("/" + $0) }
    }

    /// How people give it its input: `one document`, `lines`, `a folder`.
    package var shape: String {
        switch reader {
        case .document: "one document"
        case .lines, .records: "lines"
        case .folder: "a folder"
        }
    }
}
