import FleetModel

/// `Gemfile.lock`, with the sums that later versions of Bundler write.
enum GemLock {
    static func read(_ source: LockfileSource) throws(LockfileFailure) -> [LockedDependency] {
        var section = Substring()
        var specs: [(name: String, version: String)] = []
        var direct: Set<String> = []
        var sums: [String: String] = [:]
        for line in try source.lines() where !line.isEmpty {
            guard line.first == " " else {
                section = line
                continue
            }
            let depth = line.prefix { $0 == " " }.count
            let (name, version) = gem(line.dropFirst(depth))
            switch (section, depth) {
            case ("GEM", 4), ("GIT", 4), ("PATH", 4):
                if let version { specs.append((name, version)) }
            // A `!` says that the gem comes from a place of its own.
            case ("DEPENDENCIES", 2): direct.insert(name.filter { $0 != "!" })
            case ("CHECKSUMS", 2):
                let sum = line.split(separator: " ").last.map(String.init)
                if let version, let sum, sum.contains("=") { sums["\(name) \(version)"] = sum }
            default: continue
            }
        }
        return specs.map { spec in
            LockedDependency(
                .gem, spec.name, spec.version, digest: sums["\(spec.name) \(spec.version)"],
                isDirect: direct.contains(spec.name))
        }
    }

    /// `name (1.2.3)`.
    private static func gem(_ text: Substring) -> (String, String?) {
        let name = String(text.prefix { $0 != " " })
        guard let open = text.firstIndex(of: "("), let end = text.lastIndex(of: ")"), open < end
        else { return (name, nil) }
        return (name, String(text[text.index(after: open)..<end]))
    }
}
