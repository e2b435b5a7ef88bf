import ArgumentParser
import FleetmarkController
import FoundationEssentials
import Glibc

/// The folder of a controller, and the file that says what the arguments do not.
struct StateOption: ParsableArguments {
    /// Read before the arguments are.
    @Option(
        help: """
            File with further options, YAML (default: /etc/fleetmark/controller.yaml where there \
            is one).
            """)
    var config: String?
    @Option(
        help: """
            Folder for database, certificates and keys (default: $STATE_DIRECTORY, else \
            /var/lib/fleetmark-controller for root and fleetmark/controller in the data folder \
            of another user).
            """)
    var stateDir: String?

    var folder: String { stateDir ?? Self.usual(asRoot: geteuid() == 0) }

    /// Apart from the folder of a controller for others, which asks for credentials.
    var sandboxFolder: String { stateDir ?? Self.dataFolder + "/fleetmark/local" }

    private static func usual(asRoot: Bool) -> String {
        if let folder = ProcessInfo.processInfo.environment["STATE_DIRECTORY"] { return folder }
        return asRoot ? "/var/lib/fleetmark-controller" : dataFolder + "/fleetmark/controller"
    }

    private static var dataFolder: String {
        let environment = ProcessInfo.processInfo.environment
        return environment["XDG_DATA_HOME"] ?? (environment["HOME"] ?? "") + "/.local/share"
    }
}

/// Which database a command works on.
struct DatabaseOptions: ParsableArguments {
    @OptionGroup var state: StateOption
    @Option(help: "sqlite or postgres; serve can do with memory.") var storageType = "sqlite"
    @Option(
        help: """
            SQLite file (default: fleetmark.db in the state folder), or connection string of \
            libpq, rather without a password: give that by --database-password-file, PGPASSFILE \
            or FLEETMARK_CONTROLLER_DATABASE_URL (default: dbname=fleetmark).
            """)
    var databaseUrl: String?
    @Option(help: "File with the password of the PostgreSQL role.")
    var databasePasswordFile: String?

    mutating func validate() throws {
        guard ["memory", "sqlite", "postgres", "postgresql"].contains(storageType) else {
            throw ValidationError("--storage-type is memory, sqlite or postgres.")
        }
    }

    var configured: ControllerConfiguration {
        var configuration = ControllerConfiguration(stateDirectory: state.folder)
        configuration.store = store
        configuration.pool.passwordFile = databasePasswordFile
        return configuration
    }

    var store: ControllerConfiguration.Store {
        switch storageType {
        case "memory": .memory
        case "sqlite": databaseUrl.map { .sqlite(path: $0) } ?? .sqliteInState
        default: .postgres(databaseUrl ?? "dbname=fleetmark")
        }
    }
}

/// How many connections to PostgreSQL there are, and how long they live.
struct PoolOptions: ParsableArguments {
    @Option(help: "Most connections to PostgreSQL.") var pgMaxConnections = 10
    @Option(help: "Connections that stay open when idle.") var pgMinConnections = 2
    @Option(help: "Seconds after which further idle connections are closed.")
    var pgIdleTimeout = 300
    @Option(help: "Seconds after which a connection is made anew.") var pgMaxLifetime = 1800
    @Option(help: "Seconds for which a transaction waits for a connection.")
    var pgAcquireTimeout = 5
    @Option(help: "Seconds that a statement may take.") var pgStatementTimeout = 30

    mutating func validate() throws {
        guard (1...1000).contains(pgMaxConnections),
            (0...pgMaxConnections).contains(pgMinConnections)
        else {
            throw ValidationError(
                "--pg-max-connections is 1 to 1000, and --pg-min-connections is no more.")
        }
        let times = [pgIdleTimeout, pgMaxLifetime, pgAcquireTimeout, pgStatementTimeout]
        guard times.allSatisfy({ (1...86_400).contains($0) }) else {
            throw ValidationError(
                "--pg-idle-timeout, --pg-max-lifetime, --pg-acquire-timeout and "
                    + "--pg-statement-timeout are 1 to 86400 seconds.")
        }
    }

    func configure(_ pool: inout ControllerConfiguration.Pool) {
        pool.maximumConnections = pgMaxConnections
        pool.minimumConnections = pgMinConnections
        pool.idleTimeout = .seconds(pgIdleTimeout)
        pool.maximumLifetime = .seconds(pgMaxLifetime)
        pool.acquireTimeout = .seconds(pgAcquireTimeout)
        pool.statementTimeout = .seconds(pgStatementTimeout)
    }
}
