/// The pieces of a repository address, each checked by its own rule.
struct RemoteURLParts {
    let transport: RemoteURL.Transport
    /// Empty for files.
    let host: String
    let path: String

    init(_ text: String) throws(RemoteURLFailure) {
        if let scheme = text.firstRange(of: "://") {
            let name = String(text[..<scheme.lowerBound])
            guard let transport = RemoteURL.Transport(rawValue: name) else {
                throw .unknownTransport(String(name.prefix(32)))
            }
            try self.init(transport, rest: text[scheme.upperBound...])
        } else {
            try self.init(shortForm: text)
        }
    }

    /// `authority/path`, after the scheme.
    private init(
        _ transport: RemoteURL.Transport, rest: Substring
    ) throws(RemoteURLFailure) {
        guard let slash = rest.firstIndex(of: "/") else {
            throw .malformed("it has no path")
        }
        let authority = rest[..<slash]
        self.transport = transport
        self.path = try Self.checkedPath(rest[slash...])
        if transport == .file {
            guard authority.isEmpty else { throw .malformed("a file address has no host") }
            guard !path.contains("%") else { throw .malformed("a file address has no escapes") }
            self.host = ""
        } else {
            self.host = try Self.checkedAuthority(authority)
        }
    }

    /// `user@host:path`, which git gives to ssh.
    private init(shortForm text: String) throws(RemoteURLFailure) {
        guard let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") else {
            throw .malformed("it names no transport")
        }
        let (user, host) = try Self.splitUser(text[..<colon])
        if let user { try Self.checkWord(user, "the user") }
        try Self.checkWord(host, "the host")
        self.transport = .ssh
        self.host = String(host)
        self.path = try Self.checkedPath(text[text.index(after: colon)...])
    }

    private static func checkedAuthority(
        _ text: Substring
    ) throws(RemoteURLFailure) -> String {
        let (user, server) = try splitUser(text)
        if let user { try checkWord(user, "the user") }
        var host = server
        if let bracket = server.firstIndex(of: "]"), server.hasPrefix("[") {
            let address = server[server.index(after: server.startIndex)..<bracket]
            let allowed = Set("0123456789abcdefABCDEF:.".utf8)
            guard !address.isEmpty, address.utf8.allSatisfy(allowed.contains) else {
                throw .malformed("the host is not an address")
            }
            host = server[...bracket]
            try checkPort(server[server.index(after: bracket)...])
            return String(host)
        }
        if let colon = server.firstIndex(of: ":") {
            host = server[..<colon]
            try checkPort(server[colon...])
        }
        try checkWord(host, "the host")
        return String(host)
    }

    private static func splitUser(
        _ text: Substring
    ) throws(RemoteURLFailure) -> (user: Substring?, rest: Substring) {
        guard let at = text.lastIndex(of: "@") else { return (nil, text) }
        let user = text[..<at]
        guard !user.contains(":") else { throw .passwordInside }
        return (user, text[text.index(after: at)...])
    }

    private static func checkPort(_ text: Substring) throws(RemoteURLFailure) {
        if text.isEmpty { return }
        let digits = text.dropFirst()
        guard text.hasPrefix(":"), digits.utf8.count <= 5,
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt32(digits), (1...65535).contains(port)
        else { throw .malformed("the port is not a number from 1 to 65535") }
    }

    private static func checkWord(
        _ word: Substring, _ what: String
    ) throws(RemoteURLFailure) {
        guard let first = word.utf8.first, first != UInt8(ascii: "-"),
            word.utf8.allSatisfy(isWordByte)
        else { throw .malformed("\(what) is missing or has an unusual character") }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func checkedPath(_ path: Substring) throws(RemoteURLFailure) -> String {
        let parts = path.split(separator: "/")
        guard !parts.isEmpty, !path.hasPrefix("-") else { throw .malformed("it has no path") }
        guard !parts.contains(".."), !parts.contains(".") else {
            throw .malformed("its path has '.' or '..'")
        }
        try checkEscapes(path)
        return String(path)
    }

    /// git decodes `%xx`; what it decodes to must not be what is refused in plain text.
    private static func checkEscapes(_ path: Substring) throws(RemoteURLFailure) {
        let bytes = Array(path.utf8)
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "%") {
            guard index + 2 < bytes.count,
                let value = UInt8(
                    String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            else { throw .malformed("its path has a broken escape") }
            let dotOrSlash = value == UInt8(ascii: ".") || value == UInt8(ascii: "/")
            guard value > 0x1F, value != 0x7F, !dotOrSlash else {
                throw .malformed("its path has an escape that is not allowed")
            }
        }
    }
}
