import FoundationEssentials
import Testing

/// A vector that nobody reads proves nothing.
@Suite struct VectorFileTests {
    /// Those of `errors` are requests of the line protocol, which the command line reads.
    private static let read: Set<String> = [
        "best-split", "changepoints-append", "changepoints-fleet", "changepoints-otava",
        "errors", "hdr", "multiple-comparisons", "pool", "power", "summary", "thresholds",
        "trend", "two-sample", "variance-components", "verdicts",
    ]

    @Test func `every file of vectors has its test`() throws {
        let folder = "\(#filePath)".split(separator: "/").dropLast().joined(separator: "/")
        let files = try FileManager.default.contentsOfDirectory(atPath: "/\(folder)/Vectors")
        #expect(Set(files) == Set(Self.read.map { "\($0).json" }))
    }
}
