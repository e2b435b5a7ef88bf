// GitRemote: addresses of repositories and how git is run on foreign ones. Text in, checked
// values and the environment of a git process out; nothing here starts one. Controller and agent
// refuse the same addresses because both ask here.

/// The address of a git repository, checked so that git reads it as nothing else.
///
/// Forms: `https://host/path`, `ssh://user@host:port/path`, `user@host:path`, `git://host/path`,
/// `http://host/path` and `file:///path`. Options, remote helpers (`ext::…`), passwords, control
/// characters and `..` in paths are refused. Source: git-fetch(1), "GIT URLS".
package struct RemoteURL: Hashable, Sendable, CustomStringConvertible {
    package static let lengthLimit = 2048

    /// How git reaches the repository; the words of GIT_ALLOW_PROTOCOL.
    package enum Transport: String, Sendable, CaseIterable {
        case https, ssh, http, git, file
    }

    /// What an installation allows unless its settings widen it.
    package static let standardTransports: Set<Transport> = [.https, .ssh]

    /// As git gets it; never starts with `-` and holds no secret.
    package let text: String
    package let transport: Transport
    /// Without user and port; nil for files.
    package let host: String?
    /// What follows host and port; absolute but for the `host:path` form.
    package let path: String

    package init(
        _ text: String, allowing allowed: Set<Transport> = RemoteURL.standardTransports
    ) throws(RemoteURLFailure) {
        try Self.checkCharacters(text)
        let parts = try RemoteURLParts(text)
        guard allowed.contains(parts.transport) else {
            throw .transportNotAllowed(parts.transport)
        }
        self.text = text
        self.transport = parts.transport
        self.host = parts.host.isEmpty ? nil : parts.host
        self.path = parts.path
    }

    /// `https://host:port/`, the part that a credential is bound to; nil but for HTTP.
    package var origin: String? {
        guard transport == .https || transport == .http,
            let scheme = text.firstRange(of: "://"),
            let slash = text[scheme.upperBound...].firstIndex(of: "/")
        else { return nil }
        let authority = text[scheme.upperBound..<slash]
        let server = authority.split(separator: "@").last ?? authority
        return "\(transport.rawValue)://\(server)/"
    }

    package var description: String { text }

    private static func checkCharacters(_ text: String) throws(RemoteURLFailure) {
        guard !text.isEmpty else { throw .malformed("it is empty") }
        guard text.utf8.count <= lengthLimit else { throw .tooLong(limit: lengthLimit) }
        guard !text.hasPrefix("-") else { throw .malformed("it looks like an option") }
        let forbidden: Set<UInt8> = Set("\"'`\\<>|?#".utf8)
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && !forbidden.contains($0) })
        else { throw .malformed("a character in it is not allowed") }
        guard text.firstRange(of: "::") == nil || text.contains("[") else {
            throw .malformed("remote helpers are not allowed")
        }
    }
}

/// Why an address is refused.
package enum RemoteURLFailure: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLong(limit: Int)
    case malformed(String)
    case transportNotAllowed(RemoteURL.Transport)
    case unknownTransport(String)
    /// A password in the address would be stored and shown; credentials go elsewhere.
    case passwordInside

    package var description: String {
        switch self {
        case .tooLong(let limit): "the repository address is longer than \(limit) bytes"
        case .malformed(let reason): "the repository address is not usable: \(reason)"
        case .transportNotAllowed(let transport):
            "repositories over \(transport.rawValue) are not allowed by the settings"
        case .unknownTransport(let name): "the transport '\(name)' is not known"
        case .passwordInside: "the repository address holds a password; store a credential instead"
        }
    }
}
