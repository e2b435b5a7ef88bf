import Hummingbird

@testable import WebSupport

/// Every path of a router with its methods, read out of the router itself, so that no list can
/// forget one.
struct RouteList {
    struct Route: Hashable {
        let method: String
        let path: String
    }

    let routes: [Route]

    init(_ responder: FleetResponder<RouterResponder<CallContext>>) {
        var found: Set<Route> = []
        let router = Mirror(reflecting: responder.inner)
        let values = router.descendant("trie").map { Mirror(reflecting: $0) }?.descendant("values")
        for value in values.map({ Mirror(reflecting: $0).children }) ?? Self.nothing {
            guard let endpoint = Mirror(reflecting: value.value).children.first?.value,
                case let parts = Mirror(reflecting: endpoint),
                let path = parts.descendant("path") as? RouterPath,
                let methods = parts.descendant("methods")
            else { continue }
            for entry in Mirror(reflecting: methods).children {
                let pair = Mirror(reflecting: entry.value).children.map(\.value)
                guard let method = pair.first as? HTTPRequest.Method else { continue }
                found.insert(Route(method: method.rawValue, path: path.description))
            }
        }
        routes = found.sorted { ($0.path, $0.method) < ($1.path, $1.method) }
    }

    private static var nothing: Mirror.Children { Mirror(reflecting: ()).children }

    func paths(of method: String) -> [String] {
        routes.filter { $0.method == method }.map(\.path)
    }
}
