import AgentCore
import ArgumentParser
import Glibc

/// Where the agent keeps its state; the same for all commands.
struct StateOptions: ParsableArguments {
    @Option(help: "Folder for identity, spool and workspaces.")
    var stateDir: String?

    func folder() throws -> StateFolder {
        let path = stateDir ?? Self.variable("STATE_DIRECTORY") ?? Self.standard
        guard path.hasPrefix("/") else {
            throw ProgramFailure(2, "the state folder must be an absolute path, not '\(path)'")
        }
        return StateFolder(path: path)
    }

    private static var standard: String {
        if geteuid() == 0 { return "/var/lib/fleetmark" }
        let home = variable("XDG_DATA_HOME") ?? (variable("HOME") ?? "") + "/.local/share"
        return home + "/fleetmark/agent"
    }

    static func variable(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }
}

/// A length of time: a number and `s`, `m`, `h` or `d`.
struct DurationArgument: ExpressibleByArgument, CustomStringConvertible {
    var description: String { "\(duration.components.seconds)s" }

    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
        guard let unit = argument.last.flatMap({ units[$0] }),
            let count = Int64(argument.dropLast()), count > 0
        else { return nil }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow, seconds <= 365 * 86400 else { return nil }
        duration = .seconds(seconds)
    }
}

/// A size: a number of bytes, or one with `KiB`, `MiB`, `GiB`, `TiB`.
struct SizeArgument: ExpressibleByArgument, CustomStringConvertible {
    var description: String { "\(bytes)" }

    let bytes: Int64

    init(_ bytes: Int64) { self.bytes = bytes }

    init?(argument: String) {
        let units: [(String, Int64)] = [
            ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
        ]
        let unit = units.first { argument.hasSuffix($0.0) }
        let digits = unit.map { argument.dropLast($0.0.count) } ?? argument[...]
        guard let count = Int64(digits), count > 0 else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit?.1 ?? 1)
        guard !overflow else { return nil }
        self.bytes = bytes
    }
}

/// An unprivileged user: `UID` or `UID:GID`.
struct IdentityArgument: ExpressibleByArgument, CustomStringConvertible {
    var description: String { "\(uid):\(gid)" }

    let uid: UInt32
    let gid: UInt32

    /// A user and the group of the same number.
    init(_ number: UInt32) { (uid, gid) = (number, number) }

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let uid = UInt32(parts[0]), uid > 0,
            let gid = parts.count == 2 ? UInt32(parts[1]) : uid, gid > 0
        else { return nil }
        self.uid = uid
        self.gid = gid
    }
}
