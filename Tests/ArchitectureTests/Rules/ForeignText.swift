/// Text that ties the repository to one machine or one site.
enum ForeignText {
    /// Hosts that any file may name: what the project is made of, and who defines its formats.
    private static let publicHosts: Set<String> = [
        "github.com", "www.swift.org", "www.sqlite.org", "www.postgresql.org", "man7.org",
        "www.w3.org",
        "www.rfc-editor.org", "json-schema.org",
        // Forges whose tokens are taken name themselves in them.
        "token.actions.githubusercontent.com", "gitlab.com",
    ]

    /// Names that are reserved and lead nowhere, or to this machine (RFC 2606, RFC 6761).
    private static let reservedNames = [
        "example", "invalid", "test", "localhost", "example.org", "example.com", "example.net",
    ]

    /// What names one of `places`, absolute paths of this machine, or a host that is not known.
    static func violations(path: String, bytes: [UInt8], places: [String]) -> [Violation] {
        let places = places.map { Array($0.utf8) }
        var found: [Violation] = []
        var line = 1
        var next = 0
        while next < bytes.count {
            let index = next
            next += 1
            if bytes[index] == Byte.newline { line += 1 }
            guard bytes[index] == Byte.slash else { continue }
            if places.contains(where: { stands($0, in: bytes, at: index) }) {
                found.append(Violation(path, line: line, "names a place of one machine"))
            }
            if let host = host(in: bytes, at: index), !isKnown(host) {
                found.append(Violation(path, line: line, "names the host \(host)"))
            }
        }
        return found
    }

    /// The host of an `http://` or `https://` address whose first slash is at `index`.
    private static func host(in bytes: [UInt8], at index: Int) -> String? {
        guard index + 1 < bytes.count, bytes[index + 1] == Byte.slash else { return nil }
        let before = bytes[..<index].suffix(6)
        guard before.suffix(5).elementsEqual("http:".utf8) || before.elementsEqual("https:".utf8)
        else { return nil }
        let authority = bytes[(index + 2)...].prefix {
            Byte.isWord($0) || [Byte.dot, 0x2D, 0x40, 0x3A].contains($0)
        }
        let host = authority.split(separator: 0x40).last?.prefix { $0 != 0x3A } ?? []
        return String(decoding: host, as: UTF8.self).lowercased()
    }

    /// Single words and addresses in figures are no public hosts.
    static func isKnown(_ host: String) -> Bool {
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        return !name.contains(".") || publicHosts.contains(name)
            || name.hasPrefix("127.")
            || reservedNames.contains { name == $0 || name.hasSuffix("." + $0) }
    }

    /// Whether the absolute path begins at `index`, and not as the end of a longer one.
    private static func stands(_ place: [UInt8], in bytes: [UInt8], at index: Int) -> Bool {
        guard index == 0 || !continuesPath(bytes[index - 1]) else { return false }
        return bytes[index...].starts(with: place)
    }

    private static func continuesPath(_ byte: UInt8) -> Bool {
        Byte.isWord(byte) || [Byte.dot, Byte.close, Byte.closeBrace, 0x2D].contains(byte)
    }
}
