import DatabasePostgres
import WebSupport

extension ControllerConfiguration {
    /// What no part could say by itself.
    package func check() throws(StartFailure) {
        let address: ListenerAddress =
            publicListener.socketPath.map { .unixSocket(path: $0) }
            ?? .network(host: publicListener.host, port: publicListener.port)
        if case .postgres(let text) = store { _ = try pool.configured(for: text) }
        guard !publicListener.isPlain || address.isLocal || mode == .sandbox else {
            throw StartFailure(ListenerFailure.plainHTTPNeedsLocalAddress(address), listening: "")
        }
        switch mode {
        case .fleet: break
        case .viewer: try checkViewer()
        case .sandbox: try checkSandbox(on: address)
        }
    }

    private func checkViewer() throws(StartFailure) {
        guard case .postgres = store else {
            throw StartFailure(
                .usage,
                "--viewer reads PostgreSQL by a role of its own; give --storage-type postgres and "
                    + "--database-url")
        }
        guard !agentsListener.isOpen else {
            throw StartFailure(.usage, "a viewer serves no agents")
        }
    }

    private func checkSandbox(on address: ListenerAddress) throws(StartFailure) {
        guard address.isLocal else {
            throw StartFailure(
                .usage,
                "--local asks nobody for credentials, so it listens on this machine only, not on "
                    + "\(address); leave out --bind, or use serve without --local")
        }
        guard !agentsListener.isOpen else {
            throw StartFailure(.usage, "a local controller serves no agents")
        }
    }

    /// For work on a database that somebody else made.
    func requireLasting() throws(StartFailure) {
        guard case .memory = store else { return }
        throw StartFailure(
            .usage, "a database in memory is gone with its controller; give --storage-type")
    }
}

extension ControllerConfiguration.Pool {
    /// - Throws: `StartFailure` for a text that libpq would not read, without quoting it.
    func configured(for text: String) throws(StartFailure) -> PostgresConfiguration {
        if let fault = ConnectionText.fault(in: text) {
            throw StartFailure(.usage, "--database-url: \(fault)")
        }
        guard minimumConnections <= maximumConnections else {
            throw StartFailure(
                .usage, "--pg-min-connections is more than --pg-max-connections")
        }
        var configuration = PostgresConfiguration(connectionString: text)
        configuration.password = try passwordFile.map { (file) throws(StartFailure) in
            try SecretFile(file).line(for: "--database-password-file")
        }
        configuration.minimumConnections = minimumConnections
        configuration.maximumConnections = maximumConnections
        configuration.idleTimeout = idleTimeout
        configuration.maximumLifetime = maximumLifetime
        configuration.acquireTimeout = acquireTimeout
        configuration.statementTimeout = statementTimeout
        return configuration
    }
}

/// For programs that show what they were told.
package enum DatabaseURL {
    /// With the password masked; nil when it has none.
    package static func masked(_ text: String) -> String? { ConnectionText.masked(text) }
}
