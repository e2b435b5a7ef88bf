import LinuxSystem

extension HostReader {
    /// Where the lists of what is installed stand, and how much of each tells one from the next:
    /// the head of a database of rpm has a counter of its changes.
    private static let packageLists: [(path: String, bytes: Int)] = [
        ("/var/lib/dpkg/status", 32 << 20), ("/lib/apk/db/installed", 32 << 20),
        ("/var/lib/rpm/rpmdb.sqlite", 4096), ("/usr/lib/sysimage/rpm/rpmdb.sqlite", 4096),
    ]

    /// Digest of what a finished build depends on besides its own files: architecture,
    /// distribution, installed packages, compilers that said their version, and `parts`.
    package func imageDigest(_ parts: [String]) -> String {
        var lines = [architecture, line("/etc/os-release") ?? ""]
        for (path, limit) in Self.packageLists {
            guard let bytes = try? tree.bytes(path, limitBytes: limit) else { continue }
            lines.append("\(path) \(digest(bytes))")
        }
        lines += toolchains.map { "\($0.name) \($0.version)" }
        // Lengths keep two lists apart that read the same when put together.
        let all = (lines + parts).map { "\($0.utf8.count):\($0)" }
        return digest(Array(all.joined(separator: "\n").utf8))
    }
}
