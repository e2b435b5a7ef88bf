import ArgumentParser
import FleetmarkController
import FoundationEssentials
import GitRemote
import Glibc
import Logging

@main
struct FleetmarkControllerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleetmark-controller",
        abstract: "Schedules benchmark jobs, stores results, and says what changed.",
        subcommands: [
            ServeCommand.self, AuthorityCommand.self, AuditCommand.self, KeyCommand.self,
            RecomputeCommand.self,
        ],
        defaultSubcommand: ServeCommand.self)
}

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Runs the controller until SIGTERM.",
        discussion: """
            Without options it keeps its state in the user's state folder, makes its own \
            certificates, and writes the first administrator's key to a file there.

            Examples:
              fleetmark-controller serve --state-dir /var/lib/fleetmark-controller
              fleetmark-controller serve --bind 127.0.0.1 --port 8080 --plain-http
              fleetmark-controller serve --bind 127.0.0.1 --plain-http --storage-type memory \
            --api-keys admin:pg_test_0123456789abcdef0123456789abcdef:demo
              fleetmark-controller serve --storage-type postgres \
            --database-url 'host=/run/postgresql dbname=fleetmark'
            """)

    @Option(help: "Folder for database, certificates and keys.") var stateDir: String?
    @Option(help: "Address of the public listener.") var bind = "0.0.0.0"
    @Option(help: "Port of the public listener; 0 lets the system choose.") var port = 8080
    @Option(help: "Unix socket instead of address and port.") var socket: String?
    @Flag(help: "No TLS on the public listener; only on loopback or a socket.") var plainHttp =
        false
    @OptionGroup var service: ServiceOptions
    @Option(help: "What links begin with.") var publicUrl: String?
    @Option(help: "Address of the agents' listener.") var agentsBind = "0.0.0.0"
    @Option(help: "Port of the agents' listener.") var agentsPort = 8443
    @Option(help: "Under which agents reach their listener.") var agentsUrl: String?
    @Option(
        help: """
            Address of a proxy whose X-Forwarded-For is believed, or unix for the socket; may be \
            given again.
            """)
    var trustedProxy: [String] = []
    @Option(help: "The site's own certificate, with --tls-key.") var tlsCert: String?
    @Option(help: "The key of --tls-cert.") var tlsKey: String?
    @Option(help: "memory, sqlite or postgres.") var storageType = "sqlite"
    @Option(help: "SQLite file or PostgreSQL connection string.") var databaseUrl: String?
    @OptionGroup var artifacts: ArtifactOptions
    @Option(help: "Most cells of a matrix in one run, which are a job each.")
    var matrixCellsMax = ControllerConfiguration.usualMatrixCells
    @Option(help: "Most jobs of one project that are open at once; more are refused.")
    var queueLimit = ControllerConfiguration.usualQueueLimit
    @OptionGroup var credentials: CredentialOptions
    @Option(help: "Further transport for repositories: file, git or http.")
    var allowTransport: [String] = []
    @Option(help: "File that gets the addresses as JSON once the controller listens.")
    var readyFile: String?
    @Option(help: "trace, debug, info, notice, warning or error.") var logLevel = "info"

    mutating func validate() throws {
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key belong together.")
        }
        guard ["memory", "sqlite", "postgres", "postgresql"].contains(storageType) else {
            throw ValidationError("--storage-type is memory, sqlite or postgres.")
        }
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level is trace, debug, info, notice, warning or error.")
        }
        guard (1...256).contains(matrixCellsMax) else {
            throw ValidationError("--matrix-cells-max is a number from 1 to 256.")
        }
        guard (1...1_000_000).contains(queueLimit) else {
            throw ValidationError("--queue-limit is a number from 1 to 1000000.")
        }
        for name in allowTransport where RemoteURL.Transport(rawValue: name) == nil {
            throw ValidationError("--allow-transport is file, git or http, not \(name).")
        }
    }

    func run() async throws {
        let level = Logger.Level(rawValue: logLevel) ?? .info
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        let logger = Logger(label: "fleetmark-controller")
        // Databases and keys are nobody else's.
        umask(0o077)
        let (readyFile, socket) = (readyFile, socket)
        do {
            let controller = try await Controller.prepare(
                try configured(), logger: logger)
            try await controller.run { started in
                // Whoever may enter the socket's folder may call, as with a port on loopback.
                if let socket { chmod(socket, 0o666) }
                Self.tell(started)
                if let readyFile { Self.write(started, to: readyFile) }
            }
        } catch let failure as StartFailure {
            let line = Array("error: \(failure)\n".utf8)
            _ = Glibc.write(2, line, line.count)
            throw ExitCode(failure.kind == .usage ? 2 : 4)
        }
    }

    private func configured() throws -> ControllerConfiguration {
        var configuration = ControllerConfiguration(
            stateDirectory: stateDir ?? Self.defaultStateDirectory)
        configuration.publicListener.host = bind
        configuration.publicListener.port = port
        configuration.publicListener.socketPath = socket
        configuration.publicListener.isPlain = plainHttp
        configuration.publicListener.url = publicUrl
        service.configure(&configuration.publicListener)
        configuration.publicListener.trustedProxies = Set(trustedProxy)
        configuration.agentsListener.host = agentsBind
        configuration.agentsListener.port = agentsPort
        configuration.agentsListener.url = agentsUrl
        configuration.artifacts = artifacts.configured
        configuration.matrixCells = matrixCellsMax
        configuration.queueLimit = queueLimit
        configuration.credentials = try credentials.configured()
        if let tlsCert, let tlsKey {
            configuration.siteCertificate = .init(certificate: tlsCert, key: tlsKey)
        }
        for name in allowTransport {
            if let transport = RemoteURL.Transport(rawValue: name) {
                configuration.transports.insert(transport)
            }
        }
        switch storageType {
        case "memory": configuration.store = .memory
        case "sqlite": configuration.store = databaseUrl.map { .sqlite(path: $0) } ?? .sqliteInState
        default: configuration.store = .postgres(databaseUrl ?? "dbname=fleetmark")
        }
        return configuration
    }

    static var defaultStateDirectory: String {
        let environment = ProcessInfo.processInfo.environment
        if let folder = environment["STATE_DIRECTORY"] { return folder }
        let data = environment["XDG_DATA_HOME"] ?? (environment["HOME"] ?? "") + "/.local/share"
        return data + "/fleetmark/controller"
    }

    private static func tell(_ started: Controller.Started) {
        var lines = [
            "pages and API:  \(started.publicURL)", "agents:         \(started.agentsURL)",
            "authority:      \(started.authorityFingerprint)",
        ]
        if let file = started.adminKeyFile { lines.append("first key in:   \(file)") }
        print(lines.joined(separator: "\n"))
        // The addresses must be readable at once by whoever started the program.
        fflush(nil)
    }

    private static func write(_ started: Controller.Started, to file: String) {
        let document = [
            "public_url": started.publicURL, "agents_url": started.agentsURL,
            "ca_fingerprint": started.authorityFingerprint,
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(document) else { return }
        try? data.write(to: URL(filePath: file), options: .atomic)
    }
}
