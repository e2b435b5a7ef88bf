import FoundationEssentials
import Identity

/// The names under which a controller may be reached, for its certificate and its links.
enum CertificateNames {
    static func of(_ configuration: ControllerConfiguration) -> [ServerName] {
        var names: Set<ServerName> = []
        let hosts = [
            "localhost", "127.0.0.1", ProcessInfo.processInfo.hostName,
            configuration.publicListener.host, configuration.agentsListener.host,
            host(of: configuration.publicListener.url), host(of: configuration.agentsListener.url),
        ]
        for host in hosts.compactMap({ $0 }) where host != "0.0.0.0" && host != "::" {
            if let name = ServerName(host) { names.insert(name) }
        }
        return names.sorted()
    }

    /// An address of all interfaces is reached under the machine's own name.
    static func reachable(_ host: String) -> String {
        host == "0.0.0.0" || host == "::" ? ProcessInfo.processInfo.hostName : host
    }

    private static func host(of url: String?) -> String? {
        guard let url, let start = url.firstRange(of: "://") else { return nil }
        let rest = url[start.upperBound...]
        return String(rest.prefix { $0 != "/" && $0 != ":" })
    }
}
