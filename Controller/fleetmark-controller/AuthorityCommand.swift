import ArgumentParser
import FleetmarkController

struct AuthorityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ca", abstract: "Shows or replaces the installation's certificate authority.",
        subcommands: [ShowAuthorityCommand.self, RotateAuthorityCommand.self],
        defaultSubcommand: ShowAuthorityCommand.self)
}

struct ShowAuthorityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows fingerprints, serials and expiry.",
        discussion: """
            Examples:
              fleetmark-controller ca show --state-dir /var/lib/fleetmark-controller
              fleetmark-controller ca show --pem > fleet-ca.pem
            """)

    @OptionGroup var state: StateOption
    @Flag(help: "The certificates instead, as PEM.") var pem = false

    func run() throws {
        let found = try state.keeping { try $0.show() }
        if pem {
            print(found.map(\.pem).joined(), terminator: "")
        } else {
            AuthorityReport.print(found)
        }
    }
}

struct RotateAuthorityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Makes a new authority, which takes over after a while.",
        discussion: """
            From now on agents get certificates of the new authority and are told to trust both; \
            the old one stays in force until the overlap ends. An agent renews after twenty days \
            at the latest; one that was away for the whole overlap enrols anew. A running \
            controller takes the change up within a minute.

            Examples:
              fleetmark-controller ca rotate --state-dir /var/lib/fleetmark-controller
              fleetmark-controller ca rotate --overlap 0d    # the old key was stolen
            """)

    @OptionGroup var state: StateOption
    @Option(help: "How long the old authority stays in force: a number and s, m, h or d.")
    var overlap = "30d"

    mutating func validate() throws {
        guard Self.duration(overlap) != nil else {
            throw ValidationError("--overlap is a number and s, m, h or d, at most 365d.")
        }
    }

    func run() throws {
        let overlap = Self.duration(overlap) ?? .seconds(0)
        AuthorityReport.print(try state.keeping { try $0.rotate(overlap: overlap) })
    }

    private static func duration(_ text: String) -> Duration? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
            count >= 0
        else { return nil }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow, seconds <= 365 * 86400 else { return nil }
        return .seconds(seconds)
    }
}

extension StateOption {
    /// Ends the program with status 4 when the authority's files cannot be used.
    func keeping<Value>(_ body: (AuthorityKeeping) throws -> Value) throws -> Value {
        do {
            return try body(AuthorityKeeping(stateDirectory: folder))
        } catch {
            OperatorWork.complain("\(error)")
            throw ExitCode(4)
        }
    }
}

/// Authorities as lines of text.
enum AuthorityReport {
    static func print(_ authorities: [AuthorityKeeping.Facts]) {
        let blocks = authorities.map { authority in
            """
            \(authority.name)
              state        \(authority.role)
              fingerprint  \(authority.fingerprint)
              serial       \(authority.serial)
              expires      \(authority.validUntil)
            """
        }
        Swift.print(blocks.joined(separator: "\n"))
    }
}
