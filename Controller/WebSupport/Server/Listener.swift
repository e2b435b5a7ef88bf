import Glibc
package import Hummingbird
import HummingbirdCore
import NIOCore

/// Where a listener waits for connections.
package enum ListenerAddress: Sendable, Equatable, CustomStringConvertible {
    /// Port 0 lets the system choose one.
    case network(host: String, port: Int)
    case unixSocket(path: String)

    /// Whether only this machine can connect.
    package var isLocal: Bool {
        switch self {
        case .unixSocket: true
        case .network(let host, _):
            host == "localhost" || host == "::1" || Self.isLoopback(ipv4: host)
        }
    }

    private static func isLoopback(ipv4 host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    package var description: String {
        switch self {
        case .network(let host, let port): "\(host):\(port)"
        case .unixSocket(let path): path
        }
    }

    var bindAddress: BindAddress {
        switch self {
        case .network(let host, let port): .hostname(host, port: port)
        case .unixSocket(let path): .unixDomainSocket(path: path)
        }
    }
}

/// Why a listener cannot be made.
package enum ListenerFailure: Error, Equatable {
    /// Plain HTTP is for loopback addresses and Unix sockets only.
    case plainHTTPNeedsLocalAddress(ListenerAddress)
    /// The system does not give an address, for a reason of bind(2).
    case addressNotGiven(reason: String)

    /// Of an error that a server's start threw; nil when it was not about an address.
    package init?(binding error: any Error) {
        guard let failure = error as? IOError, failure.description.hasPrefix("bind") else {
            return nil
        }
        self = .addressNotGiven(reason: String(cString: strerror(failure.errnoCode)))
    }
}

/// One address, how it is secured, and who answers there.
package struct Listener: Sendable {
    package let name: String
    package let address: ListenerAddress
    let server: HTTPServerBuilder
    let responder: AnyResponder

    /// A listener with TLS 1.3; `connections` knows those whose peers present certificates.
    package init(
        name: String, address: ListenerAddress, security: TransportSecurity,
        limits: ConnectionLimits = ConnectionLimits(),
        connections: PeerConnections = PeerConnections(),
        responder: any HTTPResponder<CallContext>
    ) {
        self.name = name
        self.address = address
        self.responder = AnyResponder(base: responder)
        server = HTTPServerBuilder {
            FleetChannel(
                security: security, limits: limits, connections: connections, responder: $0)
        }
    }

    /// A listener without TLS, behind a proxy or in local mode.
    package init(
        name: String, plainHTTPOn address: ListenerAddress,
        limits: ConnectionLimits = ConnectionLimits(),
        responder: any HTTPResponder<CallContext>
    ) throws(ListenerFailure) {
        guard address.isLocal else { throw .plainHTTPNeedsLocalAddress(address) }
        self.name = name
        self.address = address
        self.responder = AnyResponder(base: responder)
        server = .http1(configuration: limits.http1(paceFrom: .connection))
    }
}

/// Any responder as one type.
struct AnyResponder: HTTPResponder {
    let base: any HTTPResponder<CallContext>

    func respond(to request: Request, context: CallContext) async throws -> Response {
        try await base.respond(to: request, context: context)
    }
}
