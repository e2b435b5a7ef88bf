// PerfgateAPI: the routes of perfgate's baseline service, so that its own client and command line
// work here unchanged. HTTP calls enter; rows of `Storage/Perfgate` and replies in perfgate's
// shapes leave. What is odd about that service stays in this room.

package import FleetModel
package import Hummingbird
package import Storage
package import WebSupport

/// All routes that work on projects and over them (perfgate contract, §1, routes 8–28).
package struct PerfgateRoutes<Context: FleetContext>: DescribedRoutes {
    package struct Stores: Sendable {
        let baselines: BaselineStore
        let verdicts: VerdictStore
        let ledger: LedgerStore
        let events: DependencyEventStore
        let keys: KeyStore
        let audit: AuditStore

        package init(
            baselines: BaselineStore, verdicts: VerdictStore, ledger: LedgerStore,
            events: DependencyEventStore, keys: KeyStore, audit: AuditStore
        ) {
            self.baselines = baselines
            self.verdicts = verdicts
            self.ledger = ledger
            self.events = events
            self.keys = keys
            self.audit = audit
        }
    }

    package struct Settings: Sendable {
        /// The fleet's routes ask for no credentials.
        let isFleetOpen: Bool
        let now: @Sendable () -> ServerTime

        package init(isFleetOpen: Bool, now: @escaping @Sendable () -> ServerTime) {
            self.isFleetOpen = isFleetOpen
            self.now = now
        }
    }

    let stores: Stores
    let settings: Settings
    let meter: PerfgateMeter

    package init(stores: Stores, settings: Settings, meter: PerfgateMeter) {
        self.stores = stores
        self.settings = settings
        self.meter = meter
    }

    package var subject: String { "Perfgate" }

    package func add(to router: RouterGroup<Context>) {
        let router = router.group().add(middleware: ForeignFields())
            .add(middleware: StorageFailures(meter: meter))
        for group in groups { group.add(to: router) }
    }

    package var routes: [Route<Context>] {
        groups.flatMap { $0.routes.map { $0.ignoringOthers() } }
    }

    private var groups: [any DescribedRoutes<Context>] {
        [
            BaselineRoutes(baselines: stores.baselines, meter: meter),
            BenchmarkRoutes(baselines: stores.baselines, meter: meter),
            VerdictRoutes(verdicts: stores.verdicts, meter: meter),
            LedgerRoutes(ledger: stores.ledger),
            DependencyEventRoutes(events: stores.events, isOpen: settings.isFleetOpen),
            KeyRoutes(keys: stores.keys, now: settings.now), AuditRoutes(audit: stores.audit),
            CleanupRoutes(baselines: stores.baselines, now: settings.now),
        ]
    }
}
