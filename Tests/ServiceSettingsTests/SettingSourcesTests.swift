import ProjectFile
import Testing

@testable import ServiceSettings

@Suite struct SettingSourcesTests {
    private static let options = [
        ServiceOption("port", usual: "8080"), ServiceOption("tls-cert"),
        ServiceOption("plain-http", isFlag: true, usual: "false"),
        ServiceOption("trusted-proxy", isRepeating: true),
        ServiceOption("api-keys", isRepeating: true), ServiceOption("jwt-secret"),
        ServiceOption("jwt-secret-file"),
    ]

    private static var rules: SettingRules {
        var rules = SettingRules(prefix: "FM_")
        rules.lists = ["api-keys"]
        rules.alternatives = [["jwt-secret", "jwt-secret-file"]]
        rules.masked = { option, _ in option == "jwt-secret" ? "•••" : nil }
        return rules
    }

    private static func resolved(
        _ arguments: [String] = [], _ environment: [String: String] = [:], file: String? = nil
    ) throws -> ResolvedSettings {
        let file = try file.map { text in
            SettingsFile(
                name: "c.yaml",
                document: try .parse(
                    bytes: Array(text.utf8), fileName: "c.yaml", keys: options.map(\.key)))
        }
        return try SettingSources(
            arguments: arguments, environment: environment, file: file, rules: rules
        ).resolve(options)
    }

    private static func setting(_ name: String, in settings: ResolvedSettings) throws -> Setting {
        try #require(settings.settings.first { $0.option.name == name })
    }

    struct Case: Sendable {
        let arguments: [String]
        let environment: [String: String]
        let file: String?
        let value: String
        let origin: SettingOrigin
    }

    @Test(arguments: [
        Case(arguments: [], environment: [:], file: nil, value: "8080", origin: .usual),
        Case(
            arguments: [], environment: [:], file: "# ours\nport: 1\n", value: "1",
            origin: .file("c.yaml", line: 2)),
        Case(
            arguments: [], environment: ["FM_PORT": "2"], file: "port: 1", value: "2",
            origin: .variable("FM_PORT")),
        Case(
            arguments: [], environment: ["FM_PORT": ""], file: "port: 1", value: "1",
            origin: .file("c.yaml", line: 1)),
        Case(
            arguments: ["--port", "3"], environment: ["FM_PORT": "2"], file: "port: 1",
            value: "3", origin: .argument("port")),
        Case(
            arguments: ["--port=3", "--port=4"], environment: [:], file: nil, value: "4",
            origin: .argument("port")),
    ])
    func `the nearest place counts and is named`(_ given: Case) throws {
        let settings = try Self.resolved(given.arguments, given.environment, file: given.file)
        let port = try Self.setting("port", in: settings)
        #expect(port.values == [given.value])
        #expect(port.origin == given.origin)
        let isAdded = settings.arguments.contains("--port=\(given.value)")
        switch given.origin {
        case .variable, .file: #expect(isAdded && settings.arguments.count == 1)
        default: #expect(settings.arguments == given.arguments)
        }
    }

    @Test func `lists come whole from one place`() throws {
        let settings = try Self.resolved(
            ["--trusted-proxy", "a", "--trusted-proxy=b"],
            ["FM_TRUSTED_PROXY": "c", "FM_API_KEYS": "viewer:k:p:^a{1,2}$\nadmin:k2:p"],
            file: "trusted_proxy: [d]\n")
        #expect(try Self.setting("trusted-proxy", in: settings).values == ["a", "b"])
        #expect(
            try Self.setting("api-keys", in: settings).values
                == ["viewer:k:p:^a{1,2}$", "admin:k2:p"])
        let other = try Self.resolved([], ["FM_TRUSTED_PROXY": "c, d"])
        #expect(other.arguments == ["--trusted-proxy=c", "--trusted-proxy=d"])
    }

    @Test func `flags are on, off, or a mistake`() throws {
        #expect(try Self.resolved([], ["FM_PLAIN_HTTP": "yes"]).arguments == ["--plain-http"])
        let off = try Self.resolved([], ["FM_PLAIN_HTTP": "0"], file: "plain_http: true")
        #expect(off.arguments.isEmpty)
        #expect(try Self.setting("plain-http", in: off).origin == .variable("FM_PLAIN_HTTP"))
        let fault = #expect(throws: SettingFault.self) {
            _ = try Self.resolved(file: "\nplain_http: perhaps\n")
        }
        #expect(fault?.description == "c.yaml, line 2: plain_http is true or false")
    }

    @Test func `of two that exclude each other the nearer one counts`() throws {
        let settings = try Self.resolved(
            ["--jwt-secret", "hush"], [:], file: "jwt_secret_file: /run/secret\n")
        #expect(settings.arguments == ["--jwt-secret", "hush"])
        #expect(settings.exposedSecrets.map(\.option.name) == ["jwt-secret"])
        #expect(try Self.setting("jwt-secret", in: settings).shown == ["•••"])
        let both = try Self.resolved(file: "jwt_secret_file: /a\njwt_secret: hush\n")
        #expect(both.arguments.count == 2)
        #expect(both.exposedSecrets.isEmpty)
    }

    @Test func `a complaint says where the options that it names came from`() throws {
        let settings = try Self.resolved([], ["FM_PORT": "x"], file: "tls_cert: a.pem\n")
        #expect(
            settings.explained("--tls-cert and --tls-key belong together.")
                == "--tls-cert and --tls-key belong together.\n"
                + "  --tls-cert comes from c.yaml, line 1")
        #expect(
            settings.explained("The value 'x' is invalid for '--port <port>'").hasSuffix(
                "\n  --port comes from FM_PORT"))
        #expect(settings.explained("Unknown option '--porc'") == "Unknown option '--porc'")
    }

    @Test func `a variable that is nearly one is named`() throws {
        let sources = SettingSources(
            arguments: [], environment: ["FM_PROT": "1", "FM_SERVICE_HOST": "x", "HOME": "/"],
            file: nil, rules: Self.rules)
        let strangers = sources.strangers(among: Self.options)
        #expect(strangers.map(\.variable) == ["FM_PROT"])
        #expect(strangers.map(\.meant) == ["FM_PORT"])
    }
}
