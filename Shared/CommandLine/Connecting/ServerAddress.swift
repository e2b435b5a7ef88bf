/// Where a controller's public listener is: `https://…`, loopback `http://…`, or `unix:PATH`.
struct ServerAddress: Hashable, Sendable {
    /// As it was given, without a slash at its end.
    let text: String
    /// What the HTTP client takes before `/api/v1`.
    let root: String
    let isSecure: Bool

    init(_ text: String) throws(CommandFailure) {
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        self.text = trimmed
        if trimmed.hasPrefix("unix:") {
            let path = String(trimmed.dropFirst(5))
            guard path.hasPrefix("/") else {
                throw .usage("the server `\(text)` names no absolute path", try: "unix:/PATH")
            }
            root = "http+unix://" + PercentText.encode(path, keeping: "")
            isSecure = false
            return
        }
        guard let split = trimmed.firstRange(of: "://") else {
            throw Self.malformed(text)
        }
        let scheme = trimmed[..<split.lowerBound].lowercased()
        let authority = trimmed[split.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let isPlain = trimmed.unicodeScalars.allSatisfy { $0.isASCII && $0.value > 0x20 }
        guard isPlain, !authority.isEmpty, !authority.contains("@"),
            !trimmed.contains("?"), !trimmed.contains("#")
        else { throw Self.malformed(text) }
        switch scheme {
        case "https": isSecure = true
        case "http":
            guard Self.isLoopback(Self.host(of: authority)) else {
                throw .usage(
                    "plain http is only for this machine itself, and `\(text)` is another",
                    try: "use https://…")
            }
            isSecure = false
        default: throw Self.malformed(text)
        }
        root = trimmed
    }

    /// A page of the dashboard.
    func page(_ path: String) -> String? {
        root.hasPrefix("http+unix:") ? nil : root + path
    }

    private static func malformed(_ text: String) -> CommandFailure {
        .usage(
            "`\(text)` is no server address",
            try: "https://HOST[:PORT], http://127.0.0.1:PORT or unix:/PATH")
    }

    private static func host(of authority: Substring) -> String {
        if authority.hasPrefix("[") {
            return String(authority.dropFirst().prefix { $0 != "]" })
        }
        return String(authority.prefix { $0 != ":" })
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
