// FleetmarkController: a whole controller in one value. A configuration enters; a running service
// with two listeners leaves. All wiring is in `Composition.swift`.

import Database
import FleetModel
package import Logging
import ServiceLifecycle
import UnixSignals

/// A controller that can be run inside another program, or by `fleetmark-controller`.
package struct Controller: Sendable {
    private let composition: Composition

    /// What a start tells: where it listens, and how to get in.
    package struct Started: Sendable {
        package let publicURL: String
        package let agentsURL: String
        /// `SHA256:` and the digest of the authority's certificate.
        package let authorityFingerprint: String
        /// Where the first administrator's key was written; nil when there are keys already.
        package let adminKeyFile: String?
    }

    /// Opens the database, brings its schema up to date, and makes what a first start needs.
    /// - Throws: `StartFailure`.
    package static func prepare(
        _ configuration: ControllerConfiguration, logger: Logger
    ) async throws -> Controller {
        do {
            return Controller(
                composition: try await Composition.prepare(configuration, logger: logger))
        } catch {
            throw StartFailure(error, listening: "")
        }
    }

    /// Runs until graceful shutdown; `onStart` is called once both listeners listen.
    /// - Throws: `StartFailure`.
    package func run(
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
            try await group.run()
        } catch {
            await composition.database.close()
            throw StartFailure(error, listening: listening)
        }
        await composition.database.close()
    }

    private var listening: String {
        let (pages, agents) = (
            composition.configuration.publicListener, composition.configuration.agentsListener
        )
        return (pages.socketPath ?? "\(pages.host):\(pages.port)")
            + " or \(agents.host):\(agents.port)"
    }
}
