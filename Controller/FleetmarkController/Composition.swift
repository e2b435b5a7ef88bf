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
    let polls = LongPolls()
    let streams = EventStreams()
    let agentConnections = PeerConnections()

    static func prepare(
        _ configuration: ControllerConfiguration, logger: Logger
    ) async throws -> Composition {
        let state = StateFolder(path: configuration.stateDirectory)
        try state.prepare()
        let lock = try StateFolderLock(state)
        let database = try await open(configuration.store, in: state)
        let applied = try await Migrator.run(StorageMigrations.all, on: database)
        if !applied.isEmpty {
            logger.info("schema brought up to date", metadata: .init([.names: "\(applied)"]))
        }
        let authorities = try FleetAuthorities(directory: state.certificates, now: now())
        let certificates = try ServerCertificateStore(
            source(configuration, authorities, state), now: now())
        return Composition(
            configuration: configuration, database: database, authorities: authorities,
            certificates: certificates, certificate: await certificates.current,
            adminKeyFile: try await FirstKey(keys: KeyStore(database), file: state.adminKey)
                .makeIfNone(now: now()),
            content: try ContentFolder(
                path: configuration.artifacts.directory ?? state.artifacts),
            logger: logger, lock: lock, seal: try await seal(of: database),
            tokens: try await configuration.credentials.verifier(now: now))
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
    func authenticator(limitedBy guesses: GuessLimit) -> KeyAuthenticator {
        KeyAuthenticator(
            keys: KeyStore(database), users: UserStore(database),
            configured: ConfiguredKeys(configuration.credentials.keys),
            tokens: tokens, guesses: guesses)
    }

    /// As `/health` calls the store.
    var backend: String {
        switch configuration.store {
        case .memory: "memory"
        case .sqliteInState, .sqlite: "sqlite"
        case .postgres: "postgres"
        }
    }

    @Sendable static func now() -> ServerTime {
        ServerTime(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    static func open(
        _ store: ControllerConfiguration.Store, in state: StateFolder
    ) async throws -> any Database {
        let clock: @Sendable () -> Int64 = { now().microseconds }
        switch store {
        case .memory: return try SQLiteDatabase(path: nil, clock: clock)
        case .sqliteInState: return try SQLiteDatabase(path: state.database, clock: clock)
        case .sqlite(let path): return try SQLiteDatabase(path: path, clock: clock)
        case .postgres(let text):
            return try await PostgresDatabase.open(PostgresConfiguration(connectionString: text))
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

    func services(
        onStart: @escaping @Sendable (Controller.Started) async -> Void
    ) -> [any Service] {
        let pipeline = ResultPipeline(
            processing: ProcessingStore(
                database, settings: configuration.leases, journal: journal),
            measurements: MeasurementStore(database), comparisons: ComparisonStore(database),
            series: SeriesStore(database), hosts: HostStore(database), logger: logger)
        let results = ArrivalWorker(
            arrivals: database.listen([WorkChannel.results]), logger: logger,
            complaint: "results wait", work: pipeline.processPending)
        let keeper = SeriesKeeper(store: SeriesAnalysisStore(database), logger: logger)
        let series = ArrivalWorker(
            arrivals: database.listen([WorkChannel.series]), logger: logger,
            complaint: "series wait to be analysed", work: { try await keeper.analyseWaiting() })
        let sweeper = Sweeper(
            leadership: LeadershipStore(database),
            sweeps: SweepStore(
                database, settings: configuration.leases, journal: journal),
            retention: ArtifactRetention(store: artifacts, folder: content, logger: logger),
            settings: configuration.leases, name: UUID().uuidString.lowercased(), logger: logger)
        return [
            results, series, sweeper,
            ChangeSignals(
                changes: database.listen(WorkChannel.all), polls: polls,
                agentConnections: agentConnections, certificates: CertificateStore(database),
                logger: logger),
            ServerService(composition: self, onStart: onStart),
        ]
    }
}
