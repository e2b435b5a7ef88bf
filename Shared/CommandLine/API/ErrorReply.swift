/// The error body (API contract, section 1).
struct ErrorReply: Decodable, Sendable {
    struct Details: Decodable, Sendable {
        let reason: String?
        let pointer: String?
        let line: Int64?
        let hosts: [RefusedHost]?
        let count: Int64?
    }

    struct RefusedHost: Decodable, Sendable {
        let hostId: String?
        let name: String?
        let why: String?
    }

    struct Nested: Decodable, Sendable {
        let requestId: String?
    }

    let code: String?
    let message: String?
    let details: Details?
    let error: Nested?
}

extension ErrorReply {
    /// What the details say beside the message and its reason word.
    var cause: String? {
        var parts: [String] = []
        if let pointer = details?.pointer { parts.append("at \(pointer)") }
        if let line = details?.line { parts.append("line \(line)") }
        if let count = details?.count { parts.append("count \(count)") }
        let hosts = (details?.hosts ?? []).prefix(10).map {
            "\($0.name ?? $0.hostId ?? "a host"): \($0.why ?? "?")"
        }
        if !hosts.isEmpty { parts.append(hosts.joined(separator: ", ")) }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
