import FleetModel
import FoundationEssentials
import Identity

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
