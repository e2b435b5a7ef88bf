/// How often and after what pause a call is repeated (command line, section 3).
struct RetryPolicy: Sendable {
    static let pauses: [Duration] = [.milliseconds(200), .milliseconds(400), .milliseconds(800)]
    /// A server may ask for longer, but not for longer than this.
    static let longestAsked = Duration.seconds(30)

    let sleep: @Sendable (Duration) async throws -> Void
    /// 0 to 1.
    var jitter: @Sendable () -> Double = { Double.random(in: 0...1) }

    /// - Parameters:
    ///   - repetition: 1 for the first one.
    ///   - asked: the text of `Retry-After`, if there is one.
    /// - Returns: nothing when no further one is due.
    func pause(before repetition: Int, asked: String?) -> Duration? {
        guard Self.pauses.indices.contains(repetition - 1) else { return nil }
        let own = Self.pauses[repetition - 1]
        let waited = own + own * (jitter() * 0.25)
        guard let asked, let seconds = Int64(asked), seconds > 0 else { return waited }
        return max(waited, min(.seconds(min(seconds, 3_600)), Self.longestAsked))
    }
}
