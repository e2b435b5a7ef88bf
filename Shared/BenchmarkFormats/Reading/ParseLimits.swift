/// What a parser accepts before it refuses a file.
/// The defaults are those of the format specification, section "Policy for bad input".
package struct ParseLimits: Sendable, Hashable {
    package var inputBytes = 64 << 20
    /// Nested arrays and objects.
    package var depth = 128
    package var samplesPerResult = 1_000_000
    package var samplesPerFile = 10_000_000
    package var results = 100_000
    package var stringBytes = 1 << 20
    package var numberCharacters = 4_096
    /// For text formats; a line of NDJSON is a document and is held by the other limits.
    package var lineBytes = 1 << 20
    package var time = Duration.seconds(10)

    package init() {}

    /// Elements of one array or members of one object: no more can become samples or results.
    var elements: Int { max(samplesPerResult, results) }

    /// Nodes of one document, keys included; bounds memory at 16 bytes each.
    var nodes: Int {
        let (nodes, overflow) = samplesPerFile.multipliedReportingOverflow(by: 2)
        return overflow ? .max : nodes
    }
}

/// The moment at which parsing is given up.
struct ParseDeadline: Sendable {
    private let end: ContinuousClock.Instant
    private let allowed: Duration

    init(_ allowed: Duration) {
        self.allowed = allowed
        end = ContinuousClock.now + allowed
    }

    var isPast: Bool { ContinuousClock.now >= end }

    func check() throws(ParseRefusal) {
        guard isPast else { return }
        throw ParseRefusal(.limitExceeded, "parsing took longer than \(allowed)")
    }
}
