/// The environment that every launch starts from; nothing is taken from the agent.
///
/// Source: isolation-and-counters.md, section 3.7.
package enum CleanEnvironment {
    package static let standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// Adds what makes hash seeds, and with them instruction counts, repeat.
    package enum Profile: Sendable {
        case plain
        case deterministic
    }

    /// `home`: the target's HOME, absolute. `temporary`: TMPDIR, absolute. `extra`: variables of
    /// the job; they win over the base.
    package static func base(
        home: String, temporary: String = "/tmp", user: String = "bench",
        path: String = standardPath, profile: Profile = .plain, extra: [String: String] = [:]
    ) -> [String: String] {
        var variables = [
            "PATH": path, "HOME": home, "TMPDIR": temporary, "USER": user, "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "dumb", "FLEETMARK_RUN": "1",
            "NO_COLOR": "1",
        ]
        if profile == .deterministic {
            variables["PYTHONHASHSEED"] = "0"
            variables["SWIFT_DETERMINISTIC_HASHING"] = "1"
        }
        return variables.merging(extra) { _, wanted in wanted }
    }
}
