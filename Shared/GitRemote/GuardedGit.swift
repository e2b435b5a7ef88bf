/// The environment of every git process that touches a foreign repository.
///
/// Nothing of the machine's or the user's git configuration is read, nobody is asked, no hook or
/// helper runs, and only the allowed transports are spoken. Sources: git(1), "ENVIRONMENT
/// VARIABLES"; git-config(1), "FILES" and "ENVIRONMENT".
package struct GuardedGit: Sendable {
    package var transports: Set<RemoteURL.Transport>
    package var searchPath: String
    /// A file that is read as the only global configuration; git needs one to open file remotes
    /// of another owner, since their server side ignores settings from the environment.
    package var globalConfiguration: String
    /// More settings of the one call, as (key, value).
    package var settings: [(String, String)]

    package init(
        transports: Set<RemoteURL.Transport>,
        searchPath: String = "/usr/local/bin:/usr/bin:/bin",
        globalConfiguration: String = "/dev/null", settings: [(String, String)] = []
    ) {
        self.transports = transports
        self.searchPath = searchPath
        self.globalConfiguration = globalConfiguration
        self.settings = settings
    }

    /// The whole environment of one call. `remote` is bound to the name `origin`; without one git
    /// cannot reach the network at all.
    package func environment(
        remote: RemoteURL? = nil, credential: GitCredential? = nil
    ) -> [String: String] {
        var variables = [
            "PATH": searchPath, "HOME": "/nonexistent", "LC_ALL": "C", "TZ": "UTC",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": globalConfiguration,
            "GIT_ATTR_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "/bin/false",
            "SSH_ASKPASS": "/bin/false", "GIT_OPTIONAL_LOCKS": "0",
            "GIT_NO_REPLACE_OBJECTS": "1", "GIT_LITERAL_PATHSPECS": "1", "GIT_PAGER": "cat",
            "GIT_LFS_SKIP_SMUDGE": "1", "GIT_MERGE_AUTOEDIT": "no", "GIT_EDITOR": "/bin/false",
            "GIT_SSH_VARIANT": "ssh",
            "GIT_SSH_COMMAND":
                "ssh -o BatchMode=yes -o ConnectTimeout=10 -o ForwardAgent=no"
                + " -o ClearAllForwardings=yes -o PermitLocalCommand=no",
        ]
        variables["GIT_ALLOW_PROTOCOL"] = remote.map(allowedTransports) ?? ""
        if remote == nil { variables["GIT_NO_LAZY_FETCH"] = "1" }
        let pairs = fixedSettings + remoteSettings(remote, credential) + settings
        variables["GIT_CONFIG_COUNT"] = "\(pairs.count)"
        for (index, pair) in pairs.enumerated() {
            variables["GIT_CONFIG_KEY_\(index)"] = pair.0
            variables["GIT_CONFIG_VALUE_\(index)"] = pair.1
        }
        return variables
    }

    /// What the remote needs and no more, so that a redirect cannot lead elsewhere; only a plain
    /// HTTP server may send its callers to HTTPS.
    private func allowedTransports(for remote: RemoteURL) -> String {
        let wanted: Set<RemoteURL.Transport> =
            remote.transport == .http ? [.http, .https] : [remote.transport]
        return wanted.intersection(transports).map(\.rawValue).sorted().joined(separator: ":")
    }

    private var fixedSettings: [(String, String)] {
        [
            ("protocol.ext.allow", "never"), ("protocol.version", "2"),
            ("core.hooksPath", "/dev/null"), ("core.fsmonitor", "false"),
            ("core.protectHFS", "true"), ("core.protectNTFS", "true"),
            ("core.attributesFile", "/dev/null"), ("core.excludesFile", "/dev/null"),
            ("transfer.fsckObjects", "true"), ("credential.helper", ""),
            ("fetch.recurseSubmodules", "false"), ("submodule.recurse", "false"),
            ("gc.auto", "0"), ("maintenance.auto", "false"), ("advice.detachedHead", "false"),
            ("http.lowSpeedLimit", "1000"), ("http.lowSpeedTime", "60"),
        ]
    }

    private func remoteSettings(
        _ remote: RemoteURL?, _ credential: GitCredential?
    ) -> [(String, String)] {
        guard let remote else { return [] }
        var pairs = [("remote.origin.url", remote.text)]
        if let credential, let origin = remote.origin {
            // Redirects could carry the header to another server; git offers no finer switch.
            pairs.append(("http.followRedirects", "false"))
            pairs.append(
                ("http.\(origin).extraHeader", "Authorization: \(credential.authorization)"))
        }
        return pairs
    }
}
