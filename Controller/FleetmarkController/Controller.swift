// FleetmarkController: a whole controller in one value. A configuration enters; a running service
// with its listeners leaves. All wiring is in `Composition.swift`. What is `public` is for
// programs that embed a controller.

import Database
import FleetModel
public import Logging
import ServiceLifecycle
import UnixSignals

/// A controller that can be run inside another program, or by `fleetmark-controller`.
public struct Controller: Sendable {
    private let composition: Composition
    private let stopping = Stopping()

    /// What a start tells: where it listens, and how to get in.
    public struct Started: Sendable {
        public let publicURL: String
        /// Nil where no agents are served.
        public let agentsURL: String?
        /// `SHA256:` and the digest of the authority's certificate.
        public let authorityFingerprint: String
        /// Where the first administrator's key was written; nil when there are keys already.
        public let adminKeyFile: String?
    }

    /// Opens the database, brings its schema up to date, and makes what a first start needs.
    /// - Throws: `StartFailure`.
    public static func prepare(
        _ configuration: ControllerConfiguration, logger: Logger
    ) async throws -> Controller {
        do {
            return Controller(
                composition: try await Composition.prepare(configuration, logger: logger))
        } catch {
            throw StartFailure(error, listening: "")
        }
    }

    private init(composition: Composition) { self.composition = composition }

    /// Runs until `stop()`, or a signal where signals are handled; once. `onStart` is called when
    /// all listeners listen.
    /// - Throws: `StartFailure`.
    public func run(
        handlingSignals: Bool = true, onStart: @escaping @Sendable (Started) async -> Void
    ) async throws {
        let services = composition.services(onStart: onStart)
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) },
            gracefulShutdownSignals: handlingSignals ? [.sigterm, .sigint] : [],
            logger: composition.logger)
        configuration.maximumGracefulShutdownDuration =
            composition.configuration.drainLimit + .seconds(5)
        let group = ServiceGroup(configuration: configuration)
        do {
            if await stopping.begin(group) { try await group.run() }
        } catch {
            await composition.database.close()
            throw StartFailure(error, listening: listening)
        }
        await composition.database.close()
    }

    /// Stops accepting calls, lets those in progress end within the drain limit, and ends `run`.
    /// A controller that is stopped before it runs does not begin to.
    public func stop() async { await stopping.stop() }

    private var listening: String {
        let (pages, agents) = (
            composition.configuration.publicListener, composition.configuration.agentsListener
        )
        let first = pages.socketPath ?? "\(pages.host):\(pages.port)"
        return agents.isOpen ? first + " or \(agents.host):\(agents.port)" : first
    }
}

/// Brings a wish to stop to the services, whichever of the two is there first.
private actor Stopping {
    private var group: ServiceGroup?
    private var isStopped = false

    /// False when the services must not start any more.
    func begin(_ group: ServiceGroup) -> Bool {
        self.group = group
        return !isStopped
    }

    func stop() async {
        isStopped = true
        await group?.triggerGracefulShutdown()
    }
}
