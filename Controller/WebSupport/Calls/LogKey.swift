package import Logging

/// The keys of log metadata; no other text is used as one.
package enum LogKey: String, Sendable {
    case requestID = "request_id"
    case method, route, status, listener, address, reason, error
    case elapsed = "elapsed_ns"
    case peer, caller, connections
    case names, count
    case validUntil = "valid_until_us"
}

extension Logger.Metadata {
    package init(_ facts: [LogKey: Logger.MetadataValue]) {
        self.init(uniqueKeysWithValues: facts.map { ($0.key.rawValue, $0.value) })
    }
}
