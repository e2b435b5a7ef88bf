/// The base address of a controller's listener for agents.
package struct ControllerAddress: Sendable, Equatable, CustomStringConvertible {
    /// Without a slash at the end.
    package let text: String
    package let host: String
    package let port: Int

    /// `nil` but for `https://host[:port]`.
    package init?(_ text: String) {
        guard let colon = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<colon.lowerBound].lowercased()
        var rest = text[colon.upperBound...]
        while rest.hasSuffix("/") { rest.removeLast() }
        guard scheme == "https", let parts = Self.split(rest) else { return nil }
        host = parts.host
        port = parts.port ?? 443
        self.text = "\(scheme)://\(rest)"
    }

    package var description: String { text }

    /// Whether the host is written as a number, which TLS cannot name in its greeting.
    var isNumeric: Bool {
        host.contains(":") || host.allSatisfy { $0 == "." || ("0"..."9").contains($0) }
    }

    private static func split(_ authority: Substring) -> (host: String, port: Int?)? {
        guard !authority.isEmpty,
            authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            !authority.contains(where: { "/@?#\\".contains($0) })
        else { return nil }
        var host = authority
        var port: Int?
        let bracket = authority.lastIndex(of: "]")
        if let colon = authority.lastIndex(of: ":"), bracket.map({ colon > $0 }) ?? true {
            guard let number = Int(authority[authority.index(after: colon)...]),
                (1...65535).contains(number)
            else { return nil }
            port = number
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return host.isEmpty ? nil : (String(host), port)
    }
}
