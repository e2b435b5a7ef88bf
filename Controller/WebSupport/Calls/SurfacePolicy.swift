package import Logging

/// What one listener promises on every call.
package struct SurfacePolicy: Sendable {
    /// `public` or `agents`, for the log.
    package var name: String
    /// Sent as `Fleetmark-Version`.
    package var version: String
    package var times = TimeLimits()
    /// For ordinary bodies.
    package var maximumBodyBytes: Int = 2 << 20
    /// Of the address part of a call.
    package var maximumAddressBytes = 8 << 10
    /// Of all fields of a head, names and values; connections of HTTP/1 look at them themselves.
    package var headerBytes = 32 << 10
    package var headerCount = 100
    package var unknownFields: UnknownFields
    /// `Access-Control-Allow-Origin: *`.
    package var admitsOtherOrigins: Bool
    /// Only with TLS on an address that is not loopback.
    package var sendsStrictTransportSecurity: Bool = false
    /// Addresses of proxies that are believed for whom they call; `unix` is whoever reaches the
    /// socket.
    package var trustedProxies: Set<String> = []
    /// Host and port of the address that browsers use, where it may not be that of the call.
    package var publicAuthority: String?
    /// Every call is anonymous and changes nothing.
    package var isReadOnly = false
    /// Of calls that end well.
    package var logLevel: Logger.Level

    package static func publicSurface(version: String) -> Self {
        Self(
            name: "public", version: version, unknownFields: .refused, admitsOtherOrigins: true,
            logLevel: .info)
    }

    package static func agentSurface(version: String) -> Self {
        Self(
            name: "agents", version: version, unknownFields: .ignored, admitsOtherOrigins: false,
            logLevel: .debug)
    }
}
