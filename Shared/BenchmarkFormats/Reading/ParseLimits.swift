/// What a parser accepts before it refuses a file.
/// The defaults are those of the format specification, section "Policy for bad input".
package struct ParseLimits: Sendable, Hashable {
    /// Of a whole document; a file of lines may have any size.
    package var inputBytes = 64 << 20
    /// Nested arrays and objects.
    package var depth = 128
    package var samplesPerResult = 1_000_000
    package var samplesPerFile = 10_000_000
    package var results = 100_000
    package var stringBytes = 1 << 20
    package var numberCharacters = 4_096
    /// Of one line of text.
    package var lineBytes = 1 << 20
    /// Of one line that is a JSON object.
    package var recordBytes = 16 << 20
    /// For a whole document, and for each 64 MiB of a file of lines.
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
/// Held as durations: an instant of the clock has no fixed layout, and a reader that holds one is
/// much slower.
struct ParseDeadline: Sendable {
    private static let reference = ContinuousClock.now

    private let start: Duration
    private let allowed: Duration
    private var end: Duration

    init(_ allowed: Duration) {
        self.allowed = allowed
        start = Self.now
        end = start + allowed
    }

    private static var now: Duration { reference.duration(to: .now) }

    /// A file of lines has as long again for each 64 MiB of it.
    mutating func extend(forBytes count: Int) { end = start + allowed * (1 + count >> 26) }

    var isPast: Bool { Self.now >= end }

    func check() throws(ParseRefusal) {
        guard isPast else { return }
        throw ParseRefusal(.limitExceeded, "parsing took longer than \(allowed)")
    }
}
