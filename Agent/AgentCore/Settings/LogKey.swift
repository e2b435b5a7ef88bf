package import Logging

/// The keys of log metadata; no other text is used as one.
package enum LogKey: String, Sendable {
    case agent, host, session, run, job, attempt, fence, phase, state
    case outcome, detail, reason, error, status, call, directive
    case controller, path, bytes, noise
    case retryAfter = "retry_ns"
}

extension Logger {
    /// This logger with one more fact.
    package func with(_ key: LogKey, _ value: String) -> Logger {
        var copy = self
        copy[metadataKey: key.rawValue] = .string(value)
        return copy
    }
}
