import API
import Database
import FleetModel
import GitRemote
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import Pipeline
import Storage
import Synchronization
import TestSupport

@testable import FleetmarkController
@testable import WebSupport

/// A controller of its own for one test: the real composition over a database in memory, its two
/// surfaces called in process.
struct APIFixture: Sendable {
    let composition: Composition
    let clock: ShiftedClock
    let folder: String
    let log: RecordedLog
    let publicResponder: FleetResponder<RouterResponder<CallContext>>
    let people: any TestClientProtocol
    let agents: any TestClientProtocol

    static let pagesURL = "https://fleetmark.example.org"
    static let agentsURL = "https://agents.example.org:8443"

    var database: any Database { composition.database }
    var polls: LongPolls { composition.polls }

    /// `given` is a database to use instead of one in memory.
    static func with(
        leases: LeaseSettings = LeaseSettings(),
        configure: @escaping @Sendable (inout ControllerConfiguration) -> Void = { _ in },
        over given: (any Database)? = nil,
        _ body: @escaping @Sendable (APIFixture) async throws -> Void
    ) async throws {
        let clock = ShiftedClock()
        try await withTemporaryFolder { folder in
            try await withDatabase(.memory, clock: { clock.now.microseconds }) { memory in
                let database = given ?? memory
                _ = try await Migrator.run(StorageMigrations.all, on: database)
                let log = RecordedLog()
                let composition = try await compose(database, in: folder, log) {
                    $0.leases = leases
                    configure(&$0)
                }
                for caller in SampleCaller.allCases {
                    try await caller.store(in: KeyStore(database), now: clock.now)
                }
                try await serve(composition) { people, agents, responder in
                    try await body(
                        APIFixture(
                            composition: composition, clock: clock, folder: folder, log: log,
                            publicResponder: responder, people: people, agents: agents))
                }
            }
        }
    }

    /// As `Composition.prepare`, but over this database.
    private static func compose(
        _ database: any Database, in folder: String, _ log: RecordedLog,
        _ configure: (inout ControllerConfiguration) -> Void
    ) async throws -> Composition {
        var configuration = ControllerConfiguration(stateDirectory: folder + "/state")
        configuration.transports = [.https, .ssh, .file]
        // All callers of a test have one address, and many of them a wrong key.
        configuration.publicListener.wrongKeysPerMinute = 0
        configuration.limits.callsPerMinute = 0
        configuration.limits.anonymousCallsPerMinute = 0
        configure(&configuration)
        let state = StateFolder(path: configuration.stateDirectory)
        try state.prepare()
        let now = Composition.now()
        let authorities = try FleetAuthorities(directory: state.certificates, now: now)
        let certificates = try ServerCertificateStore(
            .ownAuthority(
                authorities, folder: state.certificates, names: CertificateNames.of(configuration),
                validity: .seconds(90 * 24 * 3600)), now: now)
        return Composition(
            configuration: configuration, database: database, authorities: authorities,
            certificates: certificates, certificate: await certificates.current,
            adminKeyFile: nil, content: try ContentFolder(path: state.artifacts),
            logger: log.logger,
            tokens: try await configuration.credentials.verifier(now: Composition.now),
            streams: configuration.limits.streamPlaces)
    }

    private static func serve(
        _ composition: Composition,
        _ body:
            @escaping @Sendable (
                any TestClientProtocol, any TestClientProtocol,
                FleetResponder<RouterResponder<CallContext>>
            ) async throws -> Void
    ) async throws {
        let addresses = ReachableAddresses()
        addresses.set(.init(pages: pagesURL, agents: agentsURL))
        let responder = try PublicSurface(
            composition: composition, addresses: addresses, meter: CallMeter(), version: "9.9"
        ).responder()
        guard let surface = responder as? FleetResponder<RouterResponder<CallContext>> else {
            throw SampleProblem("the public surface is no router")
        }
        let signals = ChangeSignals(
            changes: composition.database.listen(WorkChannel.all), polls: composition.polls,
            agentConnections: composition.agentConnections,
            certificates: CertificateStore(composition.database), logger: composition.logger)
        let publicSide = Application(
            responder: surface, services: [signals], logger: composition.logger)
        let agentSide = Application(
            responder: AgentSurface(composition: composition, meter: CallMeter()).responder(),
            logger: composition.logger)
        try await publicSide.test(.router) { people in
            try await agentSide.test(.router) { agents in
                try await body(people, agents, surface)
            }
        }
    }

    /// What the controller does with attempts that have ended.
    var pipeline: ResultPipeline {
        ResultPipeline(
            processing: ProcessingStore(
                database, settings: composition.configuration.leases,
                journal: composition.journal),
            stores: .init(
                runs: RunStore(database), measurements: MeasurementStore(database),
                comparisons: ComparisonStore(database), series: SeriesStore(database)),
            hosts: HostStore(database), logger: composition.logger)
    }

    /// What it does with series that have new points.
    var keeper: SeriesKeeper {
        SeriesKeeper(store: SeriesAnalysisStore(database), logger: composition.logger)
    }
}

/// The wall's time, which a test may put forward.
final class ShiftedClock: Sendable {
    private let shift = Mutex<Int64>(0)

    var now: ServerTime {
        ServerTime(microseconds: wallMicroseconds() + shift.withLock { $0 })
    }

    func advance(_ duration: Duration) { shift.withLock { $0 += duration.wholeMicroseconds } }
}

struct SampleProblem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
