package import GitRemote
import Identity
import Pipeline
package import Storage

/// Everything that a controller is told before it starts; validated as a whole by `Controller`.
public struct ControllerConfiguration: Sendable {
    /// Where the database, certificates, keys and mirrors live.
    public var stateDirectory: String
    public var store = Store.sqliteInState
    /// How a PostgreSQL store's connections are made.
    public var pool = Pool()
    public var mode = Mode.fleet
    public var publicListener = PublicListener()
    /// Of calls.
    public var limits = Limits()
    public var agentsListener = AgentsListener()
    /// The site's own certificate; nil issues one from the built-in authority.
    public var siteCertificate: SiteCertificate?
    /// How repositories may be reached.
    package var transports = RemoteURL.standardTransports
    package var leases = LeaseSettings()
    public var artifacts = Artifacts()
    public var baselines = Baselines()
    /// How many cells of a matrix one run may have, which are a job each.
    public var matrixCells = usualMatrixCells
    /// How many jobs of one project may be open at once.
    public var queueLimit = usualQueueLimit
    public var credentials = CredentialSettings()
    /// For calls in progress when the controller is stopped.
    public var drainLimit = Duration.seconds(20)

    public static let usualMatrixCells = MatrixLimits.usual.cells
    public static let usualQueueLimit = SubmissionStore.usualQueueLimit
    public static let usualWrongKeys = GuessLimit.usualAllowance

    public init(stateDirectory: String) { self.stateDirectory = stateDirectory }

    /// Lets repositories be reached by a further transport: `file`, `git` or `http`.
    /// - Throws: `StartFailure` for another word.
    public mutating func admit(transport name: String) throws {
        guard let transport = RemoteURL.Transport(rawValue: name) else {
            throw StartFailure(.usage, "--allow-transport is file, git or http, not \(name)")
        }
        transports.insert(transport)
    }

    /// Whom the controller is for.
    public enum Mode: Sendable {
        /// People, programs and agents, who show credentials.
        case fleet
        /// One person on this machine: everybody who reaches the listener is an administrator, so
        /// it must listen on loopback or a socket, without TLS. There is no agents' listener.
        case sandbox
        /// Everybody, who reads public projects and nothing else: no credentials, no changes, no
        /// agents, on a PostgreSQL role that may do no more (`ViewerRole`).
        case viewer
    }

    public enum Store: Sendable {
        case memory
        case sqliteInState
        case sqlite(path: String)
        /// A libpq connection string.
        case postgres(String)
    }

    public struct Pool: Sendable {
        public var maximumConnections = 10
        /// Kept open when idle.
        public var minimumConnections = 2
        /// When a connection above the minimum is closed.
        public var idleTimeout = Duration.seconds(300)
        /// When a connection is made anew before its next use.
        public var maximumLifetime = Duration.seconds(1800)
        /// How long a transaction may wait for a connection.
        public var acquireTimeout = Duration.seconds(5)
        public var statementTimeout = Duration.seconds(30)
        /// A file with the password, instead of one in the connection string.
        public var passwordFile: String?

        public init() {}
    }

    public struct Artifacts: Sendable {
        /// Nil is a folder of the state folder. Several controllers over one database share it.
        public var directory: String?
        /// Of one artifact, and of all of an attempt.
        public var artifactBytes: Int64 = 1 << 30
        public var attemptBytes: Int64 = 4 << 30
        /// Nil keeps for ever.
        public var keep: Duration? = .seconds(90 * 24 * 3600)

        public init() {}

        var limits: ArtifactLimits {
            ArtifactLimits(artifactBytes: artifactBytes, attemptBytes: attemptBytes, keep: keep)
        }
    }

    /// Versions of baselines that are deleted or followed by a newer one.
    public struct Baselines: Sendable {
        /// Nil keeps them for ever.
        public var keep: Duration?
        /// Between two cleanups; the first comes after one of these.
        public var cleanupInterval = Duration.seconds(3600)

        public init() {}
    }

    public struct PublicListener: Sendable {
        public var host = "0.0.0.0"
        /// 0 lets the system choose.
        public var port = 8080
        /// Instead of host and port.
        public var socketPath: String?
        /// Without TLS; only on loopback or a socket.
        public var isPlain = false
        /// What links begin with; nil derives it from the address.
        public var url: String?
        /// For ordinary calls.
        public var timeLimit = Duration.seconds(30)
        /// Whether pages of other sites may read replies (CORS).
        public var admitsOtherOrigins = true
        /// The dependency events of all projects ask for no credentials, as perfgate-server's do.
        public var isFleetOpen = false
        /// Wrong keys within a minute that lock an address out; 0 locks nobody out.
        public var wrongKeysPerMinute = usualWrongKeys
        /// Addresses of proxies whose `X-Forwarded-For` is believed; `unix` for the socket.
        public var trustedProxies: Set<String> = []

        public init() {}

        /// Host and port of `url`, as browsers send them.
        var authority: String? {
            guard let url, let start = url.firstRange(of: "://") else { return nil }
            let usualPort = url.hasPrefix("https:") ? ":443" : ":80"
            let authority = url[start.upperBound...].prefix { $0 != "/" }
            return String(
                authority.hasSuffix(usualPort)
                    ? authority.dropLast(usualPort.utf8.count) : authority)
        }
    }

    public struct AgentsListener: Sendable {
        /// False: no host can enrol or work.
        public var isOpen = true
        public var host = "0.0.0.0"
        /// 0 lets the system choose.
        public var port = 8443
        /// Under which agents reach it; nil derives it from the address.
        public var url: String?

        public init() {}
    }

    public struct SiteCertificate: Sendable {
        let certificate: String
        let key: String

        /// Files in PEM: the certificate with its chain, and its key.
        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }
}
