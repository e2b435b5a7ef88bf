import FleetModel

/// `gradle.lockfile`: `group:name:version=configurations` a line. Nothing is known to be direct.
enum GradleLock {
    static func read(_ source: LockfileSource) throws(LockfileFailure) -> [LockedDependency] {
        var found: [LockedDependency] = []
        for (number, line) in try source.lines().enumerated() {
            let text = line.trimmingBlanks
            guard !text.isEmpty, !text.hasPrefix("#"), !text.hasPrefix("empty=") else { continue }
            let parts = text.prefix { $0 != "=" }.split(separator: ":").map(String.init)
            guard parts.count == 3 else {
                throw .malformed("this is not `group:name:version=…`", line: number + 1)
            }
            found.append(LockedDependency(.maven, "\(parts[0]):\(parts[1])", parts[2]))
        }
        return found
    }
}
