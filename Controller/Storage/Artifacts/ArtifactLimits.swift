/// How much attempts may leave, and how long it is kept (API contract, §4.2).
package struct ArtifactLimits: Hashable, Sendable {
    /// Of one artifact.
    package var artifactBytes: Int64
    /// Of all artifacts of an attempt, equal content counted once.
    package var attemptBytes: Int64
    /// How many names an attempt may give.
    package var count: Int
    /// The largest part of an upload.
    package var partBytes: Int
    /// Nil keeps for ever.
    package var keep: Duration?

    package init(
        artifactBytes: Int64 = 1 << 30, attemptBytes: Int64 = 4 << 30, count: Int = 1000,
        partBytes: Int = 8 << 20, keep: Duration? = .seconds(90 * 24 * 3600)
    ) {
        self.artifactBytes = artifactBytes
        self.attemptBytes = attemptBytes
        self.count = count
        self.partBytes = partBytes
        self.keep = keep
    }

    /// Smaller parts would only make a long list of them.
    private static let leastPartBytes = 64 << 10

    /// The size of an upload's parts, where the agent would like another.
    func partBytes(asked: Int) -> Int {
        min(max(asked, Self.leastPartBytes), max(1, partBytes))
    }
}
