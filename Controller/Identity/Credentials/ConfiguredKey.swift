package import FleetModel

/// A key that stands in the start-up configuration instead of the store.
///
/// Written `ROLE:KEY[:PROJECT[:REGEX]]`: the role in any case, the project `default` unless given,
/// `*` as the expression for all benchmarks. Source: perfgate-api §14, `--api-keys`.
package struct ConfiguredKey: Sendable {
    /// `configured-` and the first digits of the key's digest, so that it stays the same as long as
    /// the key does.
    package let id: String
    package let role: Role
    package let project: String
    package let benchmarks: BenchmarkPattern?
    package let expiresAt: ServerTime?
    let digest: CredentialDigest

    /// Why a text gives no key; never says anything of the key itself.
    package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        package let description: String
    }

    package static let form = "ROLE:KEY:PROJECT[:REGEX]"
    package static let usualProject = "default"

    package init(_ text: String) throws(Fault) {
        let parts = text.split(
            separator: ":", maxSplits: 3, omittingEmptySubsequences: false
        ).map(String.init)
        guard parts.count >= 2 else {
            throw Fault(description: "a key is written \(Self.form); there is no ':' in it")
        }
        guard parts.count < 4 || !parts[3].contains(":") else {
            throw Fault(description: "the expression of a key cannot have a ':'")
        }
        try self.init(
            role: parts[0].lowercased(), key: parts[1],
            project: parts.count > 2 ? parts[2] : Self.usualProject,
            pattern: parts.count > 3 ? parts[3] : nil)
    }

    /// Of parts that are read from a document.
    package init(
        id: String? = nil, role: String, key: String, project: String, pattern: String? = nil,
        expiresAt: ServerTime? = nil
    ) throws(Fault) {
        guard let role = Role(rawValue: role) else {
            throw Fault(description: "a key's role is one of \(Role.words)")
        }
        guard let text = APIKeyText(key) else {
            throw Fault(
                description: "a key is pg_live_ or pg_test_ and then at least 32 letters or "
                    + "digits; this one is not")
        }
        guard !project.isEmpty else { throw Fault(description: "a key's project is empty") }
        benchmarks = try Self.pattern(pattern)
        digest = text.digest
        self.id = id ?? "configured-\(text.digest.hex.prefix(12))"
        self.role = role
        self.project = project
        self.expiresAt = expiresAt
    }

    private static func pattern(_ text: String?) throws(Fault) -> BenchmarkPattern? {
        guard let text, text != "*" else { return nil }
        guard !text.isEmpty, text.utf8.count <= BenchmarkPattern.maximumBytes else {
            throw Fault(
                description: "a key's expression has 1 to \(BenchmarkPattern.maximumBytes) bytes")
        }
        let pattern = BenchmarkPattern(text)
        if let fault = pattern.fault {
            throw Fault(description: "a key's expression is none that RE2 takes: \(fault)")
        }
        return pattern
    }

    package var identity: KeyIdentity {
        KeyIdentity(
            id: id, name: id, scopes: role.scopes, project: project, benchmarks: benchmarks)
    }
}

/// All keys of the start-up configuration.
package struct ConfiguredKeys: Sendable {
    private let keys: [ConfiguredKey]

    package static let none = ConfiguredKeys([])

    /// A key that stands there twice is the first one.
    package init(_ keys: [ConfiguredKey]) { self.keys = keys }

    package var isEmpty: Bool { keys.isEmpty }

    /// The key of this digest, in hexadecimal digits, which was stored when it was shown.
    func key(withDigest digest: String) -> ConfiguredKey? {
        keys.first { $0.digest.hex == digest }
    }

    /// Compares with every key whatever is found, so that the time tells nothing.
    package func key(of text: APIKeyText) -> ConfiguredKey? {
        let digest = text.digest
        var found: ConfiguredKey?
        for key in keys {
            let isSame = key.digest.isEqualInConstantTime(to: digest)
            if isSame, found == nil { found = key }
        }
        return found
    }
}
