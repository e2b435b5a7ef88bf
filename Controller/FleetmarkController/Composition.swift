import API
import CommitGraph
import Database
import DatabasePostgres
import DatabaseSQLite
import FleetModel
import FoundationEssentials
import Identity
import Logging
import Pipeline
import ServiceLifecycle
import Storage
import WebSupport

/// Every part of the controller, and who gets which.
struct Composition: Sendable {
    let configuration: ControllerConfiguration
    let database: any Database
    let authorities: FleetAuthorities
    let certificates: ServerCertificateStore
    let certificate: ServerCertificate
    let adminKeyFile: String?
    /// The bytes of artifacts.
    let content: ContentFolder
    let logger: Logger
    /// Nil where a test composes over a database of its own.
    var lock: StateFolderLock?
    /// Of what clients carry for us; one for all controllers over a database.
    var seal = MessageSeal.ephemeral()
    /// Nil where no token can be good.
    var tokens: TokenVerifier?
    /// With the secret of its forms.
    private let localSandbox = Sandbox()
    let polls = LongPolls()
    var streams = EventStreams()
    let agentConnections = PeerConnections()

    static func prepare(
        _ configuration: ControllerConfiguration, logger: Logger
    ) async throws -> Composition {
        try configuration.check()
        let state = StateFolder(path: configuration.stateDirectory)
        try state.prepare()
        let lock = try StateFolderLock(state)
        let database = try await open(configuration, in: state)
        try await makeReady(database, for: configuration.mode, logger)
        let authorities = try FleetAuthorities(directory: state.certificates, now: now())
        let certificates = try ServerCertificateStore(
            source(configuration, authorities, state), now: now())
        return Composition(
            configuration: configuration, database: database, authorities: authorities,
            certificates: certificates, certificate: await certificates.current,
            adminKeyFile: try await firstKey(configuration, database, state),
            content: try ContentFolder(
                path: configuration.artifacts.directory ?? state.artifacts),
            logger: logger, lock: lock,
            seal: configuration.mode == .viewer ? .ephemeral() : try await seal(of: database),
            tokens: try await configuration.credentials.verifier(now: now),
            streams: configuration.limits.streamPlaces)
    }

    /// A viewer may change nothing, and must not be able to.
    private static func makeReady(
        _ database: any Database, for mode: ControllerConfiguration.Mode, _ logger: Logger
    ) async throws {
        guard mode != .viewer else { return try await ViewerRole.check(on: database) }
        let applied = try await Migrator.run(StorageMigrations.all, on: database)
        if !applied.isEmpty {
            logger.info("schema brought up to date", metadata: .init([.names: "\(applied)"]))
        }
    }

    /// A sandbox needs none, and a viewer takes none.
    private static func firstKey(
        _ configuration: ControllerConfiguration, _ database: any Database, _ state: StateFolder
    ) async throws -> String? {
        guard configuration.mode == .fleet else { return nil }
        return try await FirstKey(keys: KeyStore(database), file: state.adminKey)
            .makeIfNone(now: now())
    }

    private static func seal(of database: any Database) async throws -> MessageSeal {
        let key = try await InstallationSecretStore(database)
            .value("cursors", otherwise: MessageSeal.newKey())
        guard let seal = MessageSeal(hexadecimalKey: key) else {
            throw StartFailure(.surroundings, "the database holds no key for cursors")
        }
        return seal
    }

    /// Every change of work is a line of the log.
    var journal: WorkJournal { WorkJournal(logger) }

    var cancels: CancelStore {
        CancelStore(database, settings: configuration.leases, journal: journal)
    }

    var artifacts: ArtifactStore {
        ArtifactStore(
            database, settings: configuration.leases, journal: journal,
            limits: configuration.artifacts.limits)
    }

    /// Who calls, by the `Authorization` header.
    func authenticator(limitedBy guesses: GuessLimit) -> any CallerAuthenticator {
        guard configuration.mode != .viewer else { return NoCredentials() }
        return KeyAuthenticator(
            keys: KeyStore(database), users: UserStore(database),
            configured: configuredKeys,
            tokens: tokens, guesses: guesses)
    }

    var configuredKeys: ConfiguredKeys { ConfiguredKeys(configuration.credentials.keys) }

    /// Nil where callers show credentials.
    var sandbox: Sandbox? { configuration.mode == .sandbox ? localSandbox : nil }

    /// As `/health` calls the store.
    var backend: String {
        switch configuration.store {
        case .memory: "memory"
        case .sqliteInState, .sqlite: "sqlite"
        case .postgres: "postgres"
        }
    }

    /// Nil for a store without a pool.
    var poolUsage: @Sendable () -> HealthRoutes<CallContext>.Pool? {
        let database = database as? PostgresDatabase
        return {
            database.map { database in
                let usage = database.usage
                return .init(idle: usage.idle, active: usage.active, maximum: usage.maximum)
            }
        }
    }

    @Sendable static func now() -> ServerTime {
        ServerTime(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    static func open(
        _ configuration: ControllerConfiguration, in state: StateFolder
    ) async throws -> any Database {
        let clock: @Sendable () -> Int64 = { now().microseconds }
        switch configuration.store {
        case .memory: return try SQLiteDatabase(path: nil, clock: clock)
        case .sqliteInState: return try SQLiteDatabase(path: state.database, clock: clock)
        case .sqlite(let path): return try SQLiteDatabase(path: path, clock: clock)
        case .postgres(let text):
            var settings = try configuration.pool.configured(for: text)
            if configuration.mode == .viewer { settings.schema = PublicView.schema }
            return try await PostgresDatabase.open(settings)
        }
    }

    private static func source(
        _ configuration: ControllerConfiguration, _ authorities: FleetAuthorities,
        _ state: StateFolder
    ) -> ServerCertificateStore.Source {
        if let site = configuration.siteCertificate {
            return .files(certificate: site.certificate, key: site.key)
        }
        return .ownAuthority(
            authorities, folder: state.certificates,
            names: CertificateNames.of(configuration), validity: .seconds(90 * 24 * 3600))
    }
}

/// Everybody is anonymous, whatever the header says.
private struct NoCredentials: CallerAuthenticator {
    func caller(authorization: String?, peer: Peer) async throws -> Caller { .anonymous }
}
