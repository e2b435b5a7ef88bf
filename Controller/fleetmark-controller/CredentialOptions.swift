import ArgumentParser
import FleetmarkController
import ServiceSettings

/// Who may come in beside the stored keys. A text that is secret is better given by file or
/// environment: arguments stand in the list of processes.
struct CredentialOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A key of the configuration, or a file with one a line, which is better: arguments \
            stand in the list of processes. May be given again.
            """, valueName: "ROLE:KEY:PROJECT[:REGEX]|@FILE"))
    var apiKeys: [String] = []
    @Option(
        help: """
            File with a document of keys, JSON or TOML: a list of id, role, secret, and if wanted \
            project, benchmark_regex, expires_at.
            """)
    var apiKeysFile: String?
    @Option(
        help: ArgumentHelp("Variable that has such a document.", valueName: "VARIABLE"))
    var apiKeysEnv: String?
    @Option(
        help: ArgumentHelp(
            "Command for sh that prints such a document and ends with 0.", valueName: "COMMAND"))
    var apiKeysCommand: String?
    @Option(
        help: """
            Secret of HS256 tokens, at least 32 bytes; rather --jwt-secret-file or \
            FLEETMARK_CONTROLLER_JWT_SECRET.
            """)
    var jwtSecret: String?
    @Option(help: "File with the secret of HS256 tokens.") var jwtSecretFile: String?
    @Option(help: "The issuer that HS256 tokens must name, if they name one.")
    var jwtIssuer: String?
    @Option(help: "The audience that HS256 tokens must name, if they name one.")
    var jwtAudience: String?
    @Option(
        help: ArgumentHelp(
            "What a repository's workflows may do; may be given again.",
            valueName: "ORG/REPO:PROJECT:ROLE"))
    var githubOidc: [String] = []
    @Option(help: "The audience of GitHub's tokens (default: perfgate).")
    var githubOidcAudience: String?
    @Option(
        help: ArgumentHelp(
            "What a project's pipelines may do; may be given again.",
            valueName: "GROUP/PROJECT:PROJECT:ROLE"))
    var gitlabOidc: [String] = []
    @Option(help: "The audience of GitLab's tokens (default: perfgate).")
    var gitlabOidcAudience: String?
    @Option(help: "Address of GitLab (default: https://gitlab.com).")
    var gitlabOidcIssuer: String?
    @Option(
        help: ArgumentHelp(
            """
            Another issuer of tokens: issuer=URL,jwks_url=URL,audience=A,claim=C,\
            mapping=ID:PROJECT:ROLE[;…]; without jwks_url its discovery document is read. May be \
            given again.
            """, valueName: "FIELDS"))
    var oidcProvider: [String] = []

    mutating func validate() throws {
        guard jwtSecret == nil || jwtSecretFile == nil else {
            throw ValidationError("--jwt-secret and --jwt-secret-file exclude each other.")
        }
        guard [apiKeysFile, apiKeysEnv, apiKeysCommand].compactMap(\.self).count <= 1 else {
            throw ValidationError(
                "--api-keys-file, --api-keys-env and --api-keys-command exclude each other.")
        }
    }

    private var keyDocument: SecretSource? {
        apiKeysFile.map { .file($0) } ?? apiKeysEnv.map { .variable($0) }
            ?? apiKeysCommand.map { .command($0) }
    }

    /// Source: perfgate contract, §14.
    private static let keyLists = ["keys", "api_keys"]

    /// - Throws: `StartFailure` and `SettingFault`, which never repeat a secret.
    func configured() throws -> CredentialSettings {
        var settings = CredentialSettings()
        for key in apiKeys { try settings.add(key: key) }
        if let keyDocument {
            let records = try keyDocument.records(named: Self.keyLists)
            for (index, record) in records.enumerated() {
                try settings.add(
                    keyRecord: record, in: "\(keyDocument.place), entry \(index + 1)")
            }
        }
        if let jwtSecretFile {
            try settings.setToken(
                secretFile: jwtSecretFile, issuer: jwtIssuer, audience: jwtAudience)
        } else if let jwtSecret {
            settings.setToken(secret: jwtSecret, issuer: jwtIssuer, audience: jwtAudience)
        }
        try settings.addGitHub(githubOidc, audience: githubOidcAudience)
        try settings.addGitLab(
            gitlabOidc, audience: gitlabOidcAudience, issuer: gitlabOidcIssuer)
        for provider in oidcProvider { try settings.addProvider(provider) }
        return settings
    }
}
