import ArgumentParser
import FleetmarkController

/// Where people and programs reach the controller, and what others may do there.
struct ListenerOptions: ParsableArguments {
    @Option(help: "Address of the public listener (default: 0.0.0.0; 127.0.0.1 with --local).")
    var bind: String?
    @Option(
        help: """
            Port of the public listener; 0 lets the system choose (default: 8080; 8484 with \
            --local).
            """)
    var port: Int?
    @Option(help: "Unix socket instead of address and port.") var socket: String?
    @Flag(help: "No TLS on the public listener; only on loopback or a socket.")
    var plainHttp = false
    @Option(help: "The site's own certificate, with --tls-key.") var tlsCert: String?
    @Option(help: "The key of --tls-cert.") var tlsKey: String?
    @Option(help: "What links begin with.") var publicUrl: String?
    @Option(
        help: """
            Address of a proxy whose X-Forwarded-For is believed, or unix for the socket; may be \
            given again.
            """)
    var trustedProxy: [String] = []
    @Option(help: "Seconds within which an ordinary call is answered, or refused with 503.")
    var timeout = 30
    @Flag(help: "No Access-Control-Allow-Origin: pages of other sites cannot read replies.")
    var noCors = false
    @Flag(help: "Dependency events and alerts of all projects without credentials.")
    var openFleet = false
    @Option(
        help: """
            Wrong keys within a minute after which an address is refused with 429, for a minute \
            and then twice as long each time, up to an hour; 0 refuses none.
            """)
    var wrongKeysPerMinute = ControllerConfiguration.usualWrongKeys

    mutating func validate() throws {
        guard (0...65_535).contains(port ?? 0) else {
            throw ValidationError("--port is 0 to 65535.")
        }
        guard (1...3600).contains(timeout) else {
            throw ValidationError("--timeout is 1 to 3600 seconds.")
        }
        guard (0...100_000).contains(wrongKeysPerMinute) else {
            throw ValidationError("--wrong-keys-per-minute is a number from 0 to 100000.")
        }
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key belong together.")
        }
    }

    func configure(_ configuration: inout ControllerConfiguration, isLocal: Bool) {
        var listener = ControllerConfiguration.PublicListener()
        listener.host = bind ?? (isLocal ? "127.0.0.1" : listener.host)
        listener.port = port ?? (isLocal ? 8484 : listener.port)
        listener.socketPath = socket
        listener.isPlain = plainHttp || isLocal
        listener.url = publicUrl
        listener.trustedProxies = Set(trustedProxy)
        listener.timeLimit = .seconds(timeout)
        listener.admitsOtherOrigins = !noCors
        listener.isFleetOpen = openFleet
        listener.wrongKeysPerMinute = wrongKeysPerMinute
        configuration.publicListener = listener
        if let tlsCert, let tlsKey {
            configuration.siteCertificate = .init(certificate: tlsCert, key: tlsKey)
        }
    }
}

/// Where agents reach the controller.
struct AgentsOptions: ParsableArguments {
    @Option(help: "Address of the agents' listener.") var agentsBind = "0.0.0.0"
    @Option(help: "Port of the agents' listener; 0 lets the system choose.") var agentsPort = 8443
    @Option(help: "Under which agents reach their listener.") var agentsUrl: String?
    @Flag(help: "No agents' listener: no host can enrol or work.") var noAgents = false

    mutating func validate() throws {
        guard (0...65_535).contains(agentsPort) else {
            throw ValidationError("--agents-port is 0 to 65535.")
        }
    }

    func configure(_ configuration: inout ControllerConfiguration, isServed: Bool) {
        configuration.agentsListener.isOpen = !noAgents && isServed
        configuration.agentsListener.host = agentsBind
        configuration.agentsListener.port = agentsPort
        configuration.agentsListener.url = agentsUrl
    }
}
