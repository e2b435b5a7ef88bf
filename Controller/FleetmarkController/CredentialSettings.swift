import FleetModel
import FoundationEssentials
import Identity
import Storage

/// Who may come in beside the stored keys: keys of the configuration, and who signs tokens.
public struct CredentialSettings: Sendable {
    var keys: [ConfiguredKey] = []
    var tokens = Tokens()

    struct Tokens: Sendable {
        var secret: Secret?
        var issuer: String?
        var audience: String?
        var providers: [TokenProvider] = []
        var keySets = KeySetSettings()
        var documents: any ProviderDocuments = HTTPDocuments()
    }

    public init() {}

    /// Adds what one `--api-keys` says: a key, or `@FILE` with one key a line.
    /// - Throws: `StartFailure`, which never repeats a key.
    public mutating func add(key text: String) throws {
        guard text.hasPrefix("@") else {
            keys.append(try Self.key(text, in: "--api-keys"))
            return
        }
        let file = String(text.dropFirst())
        let lines = try Self.text(of: file, for: "--api-keys").split(
            separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let entry = line.trimming(while: \.isWhitespace)
            guard !entry.isEmpty, !entry.hasPrefix("#") else { continue }
            keys.append(try Self.key(entry, in: "\(file), line \(index + 1)"))
        }
    }

    /// Adds one entry of a key document, by the names of its members: `id`, `role` and `secret`,
    /// and if wanted `project`, `benchmark_regex`, `expires_at`. A refusal calls it by its place.
    /// Source: perfgate contract, §14.
    /// - Throws: `StartFailure`, which never repeats a secret.
    public mutating func add(keyRecord members: [String: String], in place: String) throws {
        let key = try Self.key(members, in: place)
        guard !keys.contains(where: { $0.id == key.id }) else {
            throw StartFailure(.usage, "\(place): another key has the same id")
        }
        keys.append(key)
    }

    private static let members = [
        "id", "role", "project", "benchmark_regex", "expires_at", "secret",
    ]

    private static func key(
        _ members: [String: String], in place: String
    ) throws -> ConfiguredKey {
        func refusal(_ why: String) -> StartFailure { StartFailure(.usage, "\(place): \(why)") }
        // A misspelt restriction must not be none.
        guard Set(members.keys).isSubset(of: Self.members) else {
            throw refusal(
                "it has a member that a key has not; there are "
                    + Self.members.joined(separator: ", "))
        }
        func needed(_ name: String) throws -> String {
            guard let text = members[name], !text.allSatisfy(\.isWhitespace) else {
                throw refusal("it has no \(name)")
            }
            return text
        }
        let id = try needed("id")
        guard id.count <= 255, !id.contains(where: { $0.isNewline }) else {
            throw refusal("an id is one line of up to 255 characters")
        }
        let end = try members["expires_at"].map { text in
            guard text.utf8.count > 10, let time = GivenTime.read(text) else {
                throw refusal("expires_at is a time such as 2026-11-21T23:45:00Z")
            }
            return time
        }
        let (role, secret) = (try needed("role"), try needed("secret"))
        do {
            return try ConfiguredKey(
                id: id, role: role, key: secret,
                project: members["project"] ?? ConfiguredKey.usualProject,
                pattern: members["benchmark_regex"], expiresAt: end)
        } catch {
            throw refusal("\(error)")
        }
    }

    /// Takes the secret of HS256 tokens; nil for one leaves the other of `--jwt-issuer` and
    /// `--jwt-audience` unchecked.
    public mutating func setToken(secret: String, issuer: String?, audience: String?) {
        tokens.secret = Secret(secret.trimming(while: \.isNewline))
        tokens.issuer = issuer
        tokens.audience = audience
    }

    public mutating func setToken(secretFile: String, issuer: String?, audience: String?) throws {
        setToken(
            secret: try Self.text(of: secretFile, for: "--jwt-secret-file"), issuer: issuer,
            audience: audience)
    }

    public mutating func addGitHub(_ mappings: [String], audience: String?) throws {
        guard !mappings.isEmpty else { return }
        tokens.providers.append(
            try Self.provider("--github-oidc") { () throws(TokenProvider.Fault) in
                try .gitHub(mappings, audience: audience ?? TokenProvider.usualAudience)
            })
    }

    public mutating func addGitLab(
        _ mappings: [String], audience: String?, issuer: String?
    ) throws {
        guard !mappings.isEmpty else { return }
        tokens.providers.append(
            try Self.provider("--gitlab-oidc") { () throws(TokenProvider.Fault) in
                try .gitLab(
                    mappings, audience: audience ?? TokenProvider.usualAudience,
                    issuer: issuer ?? TokenProvider.gitLabIssuer)
            })
    }

    /// Adds what one `--oidc-provider` says.
    public mutating func addProvider(_ flag: String) throws {
        tokens.providers.append(
            try Self.provider("--oidc-provider") { () throws(TokenProvider.Fault) in
                try TokenProvider(flag: flag)
            })
    }

    /// Nil when no token can be good.
    func verifier(now: @escaping @Sendable () -> ServerTime) async throws -> TokenVerifier? {
        guard tokens.secret != nil || !tokens.providers.isEmpty else { return nil }
        var shared: SharedSecretTokens?
        if let secret = tokens.secret {
            do {
                shared = try await SharedSecretTokens(
                    secret: secret, issuer: tokens.issuer, audience: tokens.audience)
            } catch {
                throw StartFailure(.usage, "\(error)")
            }
        }
        return TokenVerifier(
            shared: shared, providers: tokens.providers, documents: tokens.documents,
            settings: tokens.keySets, now: now)
    }

    private static func key(_ text: String, in place: String) throws -> ConfiguredKey {
        do {
            return try ConfiguredKey(text)
        } catch {
            throw StartFailure(.usage, "\(place): \(error)")
        }
    }

    private static func provider(
        _ flag: String, _ read: () throws(TokenProvider.Fault) -> TokenProvider
    ) throws -> TokenProvider {
        do {
            return try read()
        } catch {
            throw StartFailure(.usage, "\(flag): \(error)")
        }
    }

    private static func text(of file: String, for flag: String) throws -> String {
        try SecretFile(file).text(for: flag)
    }
}

extension StringProtocol {
    /// Without such characters at both ends.
    fileprivate func trimming(while isOutside: (Character) -> Bool) -> String {
        let start = drop(while: isOutside)
        let end = start.lastIndex { !isOutside($0) }
        return end.map { String(start[...$0]) } ?? ""
    }
}
