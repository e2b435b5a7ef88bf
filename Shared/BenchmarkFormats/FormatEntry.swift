/// Reads one output format. A conformance is a file in `Formats` and a line in the catalogue.
protocol BenchmarkFormat: Sendable {
    /// The name in reports and on the command line.
    static var id: String { get }
    /// The tool, for people.
    static var title: String { get }
    /// What of the file is kept, for people.
    static var keeps: String { get }

    /// Why the content is of this format, or nil if it is not.
    static func detect(_ evidence: FormatEvidence) -> String?

    /// - Throws: when the whole file must be refused; lesser problems go to `results`.
    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal)
}

/// One line of the catalogue.
package struct FormatEntry: Sendable {
    typealias Detector = @Sendable (FormatEvidence) -> String?
    typealias Reader = @Sendable (FormatInput, inout ResultCollector) throws(ParseRefusal) -> Void

    package let id: String
    package let title: String
    package let keeps: String
    let detect: Detector
    /// nil: recognised, so that no other format takes it, but not read.
    let read: Reader?

    package var isSupported: Bool { read != nil }

    init<Format: BenchmarkFormat>(_ format: Format.Type) {
        id = format.id
        title = format.title
        keeps = format.keeps
        detect = { format.detect($0) }
        read = { input, results throws(ParseRefusal) in
            try format.read(input, into: &results)
        }
    }

    init(recognised id: String, _ title: String, detect: @escaping Detector) {
        self.id = id
        self.title = title
        keeps = ""
        self.detect = detect
        read = nil
    }
}
