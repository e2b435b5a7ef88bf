import AgentProtocol

/// When a call is tried again. Source: API contract, §4.1.
package struct CallRetry: Sendable {
    package static let floor = Duration.milliseconds(500)
    package static let ceiling = Duration.seconds(60)
    /// A server's own wish past this is not believed.
    static let afterLimit = Duration.seconds(3600)

    /// A number in 0 ..< 1.
    let random: @Sendable () -> Double

    package init(random: @escaping @Sendable () -> Double) { self.random = random }

    /// Full jitter: anything from the floor to the doubled bound of this try.
    ///
    /// `tries`: failed ones so far, at least 1.
    func pause(tries: Int, retryAfter: Duration? = nil) -> Duration {
        if let retryAfter { return min(max(.zero, retryAfter), Self.afterLimit) }
        let doublings = min(max(0, tries), 7)
        let bound = min(Self.ceiling, Self.floor * (1 << doublings))
        return Self.floor + (bound - Self.floor) * random()
    }

    enum Verdict: Equatable {
        case success
        case again(after: Duration?)
        case final
    }

    static func verdict(_ reply: AgentReply) -> Verdict {
        switch reply.status {
        case 200..<300: .success
        case 408, 429, 500...: .again(after: retryAfter(reply))
        default: .final
        }
    }

    /// Whole seconds; the date form is not used by our controller.
    static func retryAfter(_ reply: AgentReply) -> Duration? {
        guard let text = reply[header: "Retry-After"], let seconds = Int64(text), seconds >= 0
        else { return nil }
        return .seconds(min(seconds, 1 << 40))
    }
}
