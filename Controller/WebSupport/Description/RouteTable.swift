package import Hummingbird

/// The routes of one subject, each with its description.
package protocol DescribedRoutes<Context>: RouteGroup {
    /// Their chapter in the document.
    var subject: String { get }
    @RouteListing var routes: [Route<Context>] { get }
}

extension DescribedRoutes {
    package func add(to router: RouterGroup<Context>) {
        for route in routes { route.add(to: router) }
    }

    package var operations: [Operation] { routes.map { $0.of(subject).operation } }
}

@resultBuilder
package enum RouteListing {
    package static func buildExpression<Context>(_ route: Route<Context>) -> [Route<Context>] {
        [route]
    }

    package static func buildExpression<Context>(
        _ routes: [Route<Context>]
    ) -> [Route<Context>] { routes }

    package static func buildBlock<Context>(_ parts: [Route<Context>]...) -> [Route<Context>] {
        parts.flatMap(\.self)
    }
}

/// Fills a router with groups and keeps what their routes say of themselves.
///
/// Lives while a surface is put together, on one thread.
package final class RouteTable<Context: FleetContext> {
    private let router: RouterGroup<Context>
    private let prefix: String
    package private(set) var operations: [Operation] = []

    /// Below the path of the router's group, such as `/api/v1`.
    package init(_ router: RouterGroup<Context>, below prefix: String) {
        self.router = router
        self.prefix = prefix
    }

    package func add(_ group: some DescribedRoutes<Context>) {
        group.add(to: router)
        operations += group.operations.map { $0.below(prefix) }
    }
}

extension DescribedRoutes {
    package func add(to table: RouteTable<Context>) { table.add(self) }
}
