/// What flags, environment and the stored sign-in say together (flags > environment > sign-in),
/// read once before a command begins.
struct Settings: Sendable {
    var server: ServerAddress?
    var credential: Credential?
    var trust: Connection.Trust = .system(pinned: [])
    /// As named by flag or variable; the project file is asked later.
    var project: String?
    var timeout = Duration.seconds(30)
    var asJSON = false
    var isQuiet = false
    var isVerbose = false
    var usesUTC = false
    var style = Style.plain

    init(_ options: CommonOptions, _ surroundings: Surroundings) throws(CommandFailure) {
        let environment = surroundings.environment
        func variable(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        let stored = try SignInFile(environment: environment)?.read()
        if let text = options.server ?? variable("FLEETMARK_SERVER") ?? stored?.server {
            server = try ServerAddress(text)
        }
        let isStoredServer = stored.map { $0.server == server?.text } ?? false
        credential =
            try Self.credential(variable)
            ?? (isStoredServer ? stored?.key : nil)
            .map { .key($0) }
        if let file = options.caFile ?? variable("FLEETMARK_CA_FILE") {
            trust = .only(try TextFile.read(surroundings.path(file), limitBytes: 1 << 20))
        } else if isStoredServer, let pinned = stored?.pinnedCA {
            trust = .system(pinned: [pinned])
        }
        project = options.project ?? variable("FLEETMARK_PROJECT")
        timeout = try Self.timeout(options.timeout, variable("FLEETMARK_TIMEOUT"))
        asJSON = options.json
        isQuiet = options.quiet
        isVerbose = options.verbose
        usesUTC = options.utc
        style = try Style(options.color, surroundings)
    }

    /// Whether a controller and a credential for it are known.
    var canSignIn: Bool { server != nil && credential != nil }

    /// The environment's credential, which goes before the stored one.
    private static func credential(
        _ variable: (String) -> String?
    ) throws(CommandFailure) -> Credential? {
        if let key = variable("FLEETMARK_API_KEY") {
            return .key(try Credential.checked(key, from: "FLEETMARK_API_KEY"))
        }
        if let file = variable("FLEETMARK_API_KEY_FILE") {
            return .key(try Credential.checked(try PrivateTextFile.read(file), from: file))
        }
        if let file = variable("FLEETMARK_TOKEN_FILE") {
            return .token(try Credential.checked(try PrivateTextFile.read(file), from: file))
        }
        return nil
    }

    private static func timeout(
        _ option: DurationArgument?, _ text: String?
    ) throws(CommandFailure) -> Duration {
        if let option { return option.duration }
        guard let text else { return .seconds(30) }
        guard let value = DurationArgument(argument: text) else {
            throw .usage("FLEETMARK_TIMEOUT is no duration: `\(text)`", try: "write it like 30s")
        }
        return value.duration
    }
}
