import ArgumentParser
import FleetmarkController
import FoundationEssentials
import Glibc

/// With everything that a controller can be told; `config check` takes it as well.
///
/// The groups stand here and in no group of their own: in programs built for debugging each level
/// makes the parser look at everything below it five times over.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Runs the controller until SIGTERM.",
        discussion: """
            Without options it keeps its state in its state folder, makes its own certificates, \
            and writes the first administrator's key to a file there.

            Every option may also stand in a variable (FLEETMARK_CONTROLLER_LOG_LEVEL for \
            --log-level) or in the file of --config (log_level: debug). Arguments count before \
            variables, variables before the file. fleetmark-controller config check shows what is \
            in force, and why.

            Examples:
              fleetmark-controller serve --state-dir /var/lib/fleetmark-controller
              fleetmark-controller serve --config controller.yaml
              fleetmark-controller serve --local
              fleetmark-controller serve --bind 127.0.0.1 --plain-http --storage-type memory \
            --api-keys admin:pg_test_0123456789abcdef0123456789abcdef:demo
              fleetmark-controller serve --storage-type postgres \
            --database-url 'host=/run/postgresql dbname=fleetmark'
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var pool: PoolOptions
    @OptionGroup var listener: ListenerOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup var agents: AgentsOptions
    @OptionGroup var artifacts: ArtifactOptions
    @OptionGroup var retention: RetentionOptions
    @OptionGroup var credentials: CredentialOptions
    @Option(help: "Most cells of a matrix in one run, which are a job each.")
    var matrixCellsMax = ControllerConfiguration.usualMatrixCells
    @Option(help: "Most jobs of one project that are open at once; more are refused.")
    var queueLimit = ControllerConfiguration.usualQueueLimit
    @Option(help: "Further transport for repositories: file, git or http; may be given again.")
    var allowTransport: [String] = []
    @OptionGroup var log: LogOptions
    @Option(help: "File that gets the addresses as JSON once the controller listens.")
    var readyFile: String?
    @Flag(
        help: """
            For one person on this machine: loopback without TLS, SQLite in a folder of its own, \
            every caller an administrator, no agents.
            """)
    var local = false
    @Flag(help: "With --local: opens no browser.") var noOpen = false
    @Flag(
        help: """
            Shows public projects to everybody and can do nothing else, on a PostgreSQL role made \
            by the command grants: no credentials, no changes, no agents.
            """)
    var viewer = false

    func run() async throws {
        let logger = log.begin()
        // Databases and keys are nobody else's.
        umask(0o077)
        let options = self
        do {
            let controller = try await Controller.prepare(try configured(), logger: logger)
            try await controller.run { started in
                // Whoever may enter the socket's folder may call, as with a port on loopback.
                if let socket = options.listener.socket { chmod(socket, 0o666) }
                Self.tell(started, isLocal: options.local)
                if let file = options.readyFile { Self.write(started, to: file) }
                if options.local, !options.noOpen { Browser.open(started.publicURL) }
            }
        } catch let failure as StartFailure {
            OperatorWork.complain(failure.description)
            throw ExitCode(failure.exitStatus)
        }
    }

    private static func tell(_ started: Controller.Started, isLocal: Bool) {
        var lines = ["pages and API:  \(started.publicURL)"]
        if let agents = started.agentsURL {
            lines += [
                "agents:         \(agents)", "authority:      \(started.authorityFingerprint)",
            ]
        }
        if let file = started.adminKeyFile { lines.append("first key in:   \(file)") }
        if isLocal { lines.append("Every program of this machine may do everything here.") }
        print(lines.joined(separator: "\n"))
        // The addresses must be readable at once by whoever started the program.
        fflush(nil)
    }

    private static func write(_ started: Controller.Started, to file: String) {
        var document = [
            "public_url": started.publicURL, "ca_fingerprint": started.authorityFingerprint,
        ]
        document["agents_url"] = started.agentsURL
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(document) else { return }
        try? data.write(to: URL(filePath: file), options: .atomic)
    }
}

/// The browser of whoever sits before this machine.
enum Browser {
    /// Opens a page where there is a screen; whatever goes wrong, the address was printed.
    static func open(_ address: String) {
        let environment = ProcessInfo.processInfo.environment
        guard environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil else { return }
        // The shell ends at once, so that nothing of ours waits for the browser.
        let words = ["sh", "-c", "xdg-open \"$0\" >/dev/null 2>&1 </dev/null &", address]
        var pointers = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, "sh", nil, nil, &pointers, environ) == 0 else { return }
        var status: CInt = 0
        waitpid(process, &status, 0)
    }
}

extension StartFailure {
    /// Source: command line contract, §1.
    var exitStatus: Int32 {
        switch kind {
        case .usage: 2
        case .surroundings: 4
        case .database: 6
        }
    }
}
