// WebSupport: what all HTTP routes share. HTTP calls enter; handlers get a context with the caller,
// checked parameters and decoded bodies; replies, errors and headers leave in one shape.

package import Hummingbird
package import Identity
import Logging
package import NIOCore

/// What a handler may know about the call that it answers.
package protocol FleetContext: RequestContext
where Source == ApplicationRequestContextSource, Decoder == StrictDecoder, Encoder == ReplyEncoder {
    /// Echoed from `X-Request-Id` or made here; at most 128 printable characters.
    var requestID: String { get set }
    /// Set by the group's middleware; anonymous before it.
    var caller: Caller { get set }
    /// Of a browser that is signed in; its key is the caller.
    var session: BrowserSession? { get set }
    /// Set from the headers of a trusted proxy, where there is one.
    var peer: Peer { get set }
    /// Host and port under which browsers reach this controller, when it was told.
    var publicAuthority: String? { get set }
    /// There are no credentials here that would let anybody do more.
    var isReadOnly: Bool { get set }
    var deadline: CallDeadline { get set }
    var times: TimeLimits { get set }
    /// How many calls the caller has left, once that is known.
    var standing: CallStanding { get }
    /// The connection, or the stream of HTTP/2, that the call came over.
    var channel: any Channel { get }
    var maximumBodyBytes: Int { get set }
    var unknownFields: UnknownFields { get set }
}

extension FleetContext {
    package var maxUploadSize: Int { maximumBodyBytes }
    package var requestDecoder: StrictDecoder { StrictDecoder() }
    package var responseEncoder: ReplyEncoder { ReplyEncoder() }
}

/// The context of both listeners' calls.
package struct CallContext: FleetContext {
    package var coreContext: CoreRequestContextStorage
    package var requestID: String
    package var caller: Caller
    package var session: BrowserSession?
    package var peer: Peer
    package var publicAuthority: String?
    package var isReadOnly: Bool
    package var deadline: CallDeadline
    package var times: TimeLimits
    package let standing: CallStanding
    package let channel: any Channel
    package var maximumBodyBytes: Int
    package var unknownFields: UnknownFields

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        requestID = ""
        caller = .anonymous
        session = nil
        peer = Peer(channel: source.channel)
        publicAuthority = nil
        isReadOnly = false
        times = TimeLimits()
        deadline = CallDeadline(in: times.ordinary)
        standing = CallStanding()
        channel = source.channel
        maximumBodyBytes = 2 << 20
        unknownFields = .refused
    }
}

/// The other end of a connection.
package struct Peer: Sendable {
    /// An IP address without port, or `unix` for a Unix socket.
    package let address: String
    /// Verified in the handshake; nil when it carried none.
    package let certificate: ClientCertificate?

    /// Of the connection that the call came over.
    @TaskLocal package static var handshakeCertificate: ClientCertificate?

    package init(address: String, certificate: ClientCertificate?) {
        self.address = address
        self.certificate = certificate
    }

    init(channel: any Channel) {
        // The parent of a connection listens; that of a stream of HTTP/2 is its connection.
        let remote = channel.remoteAddress ?? channel.parent?.remoteAddress
        address = remote?.ipAddress ?? "unix"
        certificate = Self.handshakeCertificate
    }

    /// For whom a proxy says that it calls: the last address of `X-Forwarded-For`, which is the one
    /// that the proxy itself saw. All before it may be of the client's making.
    func forwarded(_ headers: HTTPFields) -> Peer {
        let last = headers[values: HeaderName.forwardedFor].last?.split(separator: ",").last
        guard let last else { return self }
        let text = String(last.filter { $0 != " " })
        guard let address = try? SocketAddress(ipAddress: text, port: 0).ipAddress else {
            return self
        }
        return Peer(address: address, certificate: certificate)
    }
}
