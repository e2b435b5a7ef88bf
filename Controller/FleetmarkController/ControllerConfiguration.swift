package import GitRemote
import Identity
import Pipeline
package import Storage

/// Everything that a controller is told before it starts; validated as a whole by `Controller`.
package struct ControllerConfiguration: Sendable {
    /// Where the database, certificates, keys and mirrors live.
    package var stateDirectory: String
    package var store = Store.sqliteInState
    package var publicListener = PublicListener()
    package var agentsListener = AgentsListener()
    /// The site's own certificate; nil issues one from the built-in authority.
    package var siteCertificate: SiteCertificate?
    /// How repositories may be reached.
    package var transports = RemoteURL.standardTransports
    package var leases = LeaseSettings()
    package var artifacts = Artifacts()
    /// How many cells of a matrix one run may have, which are a job each.
    package var matrixCells = usualMatrixCells
    /// How many jobs of one project may be open at once.
    package var queueLimit = usualQueueLimit
    package var credentials = CredentialSettings()
    package var drainLimit = Duration.seconds(20)

    package static let usualMatrixCells = MatrixLimits.usual.cells
    package static let usualWrongKeys = GuessLimit.usualAllowance
    package static let usualQueueLimit = SubmissionStore.usualQueueLimit

    package init(stateDirectory: String) { self.stateDirectory = stateDirectory }

    package enum Store: Sendable {
        case memory
        case sqliteInState
        case sqlite(path: String)
        /// A libpq connection string.
        case postgres(String)
    }

    package struct Artifacts: Sendable {
        /// Nil is a folder of the state folder. Several controllers over one database share it.
        package var directory: String?
        /// Of one artifact, and of all of an attempt.
        package var artifactBytes: Int64 = 1 << 30
        package var attemptBytes: Int64 = 4 << 30
        /// Nil keeps for ever.
        package var keep: Duration? = .seconds(90 * 24 * 3600)

        package init() {}

        var limits: ArtifactLimits {
            ArtifactLimits(artifactBytes: artifactBytes, attemptBytes: attemptBytes, keep: keep)
        }
    }

    package struct PublicListener: Sendable {
        package var host = "0.0.0.0"
        /// 0 lets the system choose.
        package var port = 8080
        /// Instead of host and port.
        package var socketPath: String?
        /// Without TLS; only on loopback or a socket.
        package var isPlain = false
        /// What links begin with; nil derives it from the address.
        package var url: String?
        /// For ordinary calls.
        package var timeLimit = Duration.seconds(30)
        /// Whether pages of other sites may read replies (CORS).
        package var admitsOtherOrigins = true
        /// The dependency events of all projects ask for no credentials, as perfgate-server's do.
        package var isFleetOpen = false
        /// Wrong keys within a minute that lock an address out; 0 locks nobody out.
        package var wrongKeysPerMinute = usualWrongKeys
        /// Addresses of proxies whose `X-Forwarded-For` is believed; `unix` for the socket.
        package var trustedProxies: Set<String> = []

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

    package struct AgentsListener: Sendable {
        package var host = "0.0.0.0"
        package var port = 8443
        package var url: String?
    }

    package struct SiteCertificate: Sendable {
        package let certificate: String
        package let key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }
}
