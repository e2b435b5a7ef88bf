import ArgumentParser
import FleetmarkController

extension ServeCommand {
    mutating func validate() throws {
        guard (1...256).contains(matrixCellsMax) else {
            throw ValidationError("--matrix-cells-max is a number from 1 to 256.")
        }
        guard (1...1_000_000).contains(queueLimit) else {
            throw ValidationError("--queue-limit is a number from 1 to 1000000.")
        }
        guard !(local && viewer) else {
            throw ValidationError("--local and --viewer exclude each other.")
        }
        guard local else {
            guard !noOpen else { throw ValidationError("--no-open belongs to --local.") }
            return
        }
        guard ["memory", "sqlite"].contains(database.storageType) else {
            throw ValidationError(
                "--local keeps its data in SQLite or in memory; without --local, serve takes "
                    + "--storage-type \(database.storageType).")
        }
        guard listener.tlsCert == nil else {
            throw ValidationError("--local speaks plain HTTP and has no use for --tls-cert.")
        }
    }

    /// - Throws: `StartFailure`, which never repeats a secret.
    func configured() throws -> ControllerConfiguration {
        var configuration = database.configured
        if local {
            configuration.mode = .sandbox
            configuration.stateDirectory = database.state.sandboxFolder
        }
        if viewer { configuration.mode = .viewer }
        pool.configure(&configuration.pool)
        listener.configure(&configuration, isLocal: local)
        limits.configure(&configuration.limits)
        agents.configure(&configuration, isServed: !local && !viewer)
        configuration.artifacts = artifacts.configured
        configuration.baselines = retention.configured
        configuration.matrixCells = matrixCellsMax
        configuration.queueLimit = queueLimit
        configuration.credentials = try credentials.configured()
        for name in allowTransport { try configuration.admit(transport: name) }
        return configuration
    }

    /// What holds where the option has no default of its own, by the option's name.
    func inForce(_ configuration: ControllerConfiguration) -> [String: String] {
        var texts = [
            "state-dir": configuration.stateDirectory,
            "bind": configuration.publicListener.host,
            "port": "\(configuration.publicListener.port)",
            "log-format": log.format.rawValue,
            "artifacts-dir": configuration.stateDirectory + "/artifacts",
        ]
        switch configuration.store {
        case .sqliteInState: texts["database-url"] = configuration.stateDirectory + "/fleetmark.db"
        case .postgres(let text): texts["database-url"] = text
        case .memory, .sqlite: break
        }
        return texts
    }
}

/// How long versions of baselines are kept.
struct RetentionOptions: ParsableArguments {
    @Option(
        help: """
            Days after which versions of baselines go that are deleted or followed by a newer \
            one; 0 keeps them.
            """)
    var retentionDays = 0
    @Option(help: "Hours between two such cleanups.") var cleanupIntervalHours = 1

    mutating func validate() throws {
        guard (0...36_500).contains(retentionDays) else {
            throw ValidationError("--retention-days is 0 to 36500.")
        }
        guard (1...8760).contains(cleanupIntervalHours) else {
            throw ValidationError("--cleanup-interval-hours is 1 to 8760.")
        }
    }

    var configured: ControllerConfiguration.Baselines {
        var baselines = ControllerConfiguration.Baselines()
        baselines.keep = retentionDays == 0 ? nil : .seconds(Int64(retentionDays) * 86_400)
        baselines.cleanupInterval = .seconds(Int64(cleanupIntervalHours) * 3600)
        return baselines
    }
}
