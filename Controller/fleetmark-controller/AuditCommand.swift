import ArgumentParser
import FleetmarkController
import FoundationEssentials
import Glibc

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Checks what is recorded of who did what.",
        subcommands: [VerifyAuditCommand.self])
}

struct VerifyAuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Finds rows that were changed, removed or moved.",
        discussion: """
            Each row carries the digest of the one before. Somebody who can write the whole table \
            can also compute all digests anew; against that, note the last digest somewhere else \
            and give it with --head the next time. Status 1 and the first bad row when something \
            is wrong. A controller may run meanwhile.

            Examples:
              fleetmark-controller audit verify
              fleetmark-controller audit verify --head "$(cat noted-digest)"
              fleetmark-controller audit verify --storage-type postgres --database-url dbname=fleet
            """)

    @OptionGroup var database: DatabaseOptions
    @Option(help: "Begin at the event of this id.") var from: String?
    @Option(help: "A digest that was noted down and must still be there.") var head: String?
    @Flag(help: "One JSON document instead of lines.") var json = false

    mutating func validate() throws {
        guard let head else { return }
        guard head.utf8.count == 64, head.allSatisfy(\.isHexDigit) else {
            throw ValidationError("--head is a digest of 64 hexadecimal digits.")
        }
    }

    func run() async throws {
        let verdict = try await OperatorWork.done {
            try await AuditKeeping.open(database.configured).verify(
                from: from, head: head?.lowercased(), asJSON: json)
        }
        print(verdict.text, terminator: "")
        if !verdict.isGood { throw ExitCode(1) }
    }
}

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Makes a key on the database itself.",
        subcommands: [CreateKeyCommand.self])
}

struct CreateKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a key for the first sign-in, or a lost one.",
        discussion: """
            The key is written to a file that only its owner reads, or to standard output, and is \
            shown this once. With a controller that can be reached, use: fleetmark keys create

            Examples:
              fleetmark-controller key create --output admin.key
              fleetmark-controller key create --role viewer --project parser
            """)

    @OptionGroup var database: DatabaseOptions
    @Option(help: "viewer, contributor, promoter or admin.") var role = "admin"
    @Option(help: "The project; an administrator's key reaches all.") var project = "default"
    @Option(help: "File for the key, which must not exist yet.") var output: String?

    func run() async throws {
        let key = try await OperatorWork.done {
            let keeping = try await AuditKeeping.open(database.configured)
            return try await keeping.createKey(role: role, project: project)
        }
        guard let output else {
            print(key)
            return
        }
        guard Self.write(key + "\n", to: output) else {
            OperatorWork.complain("\(output) cannot be written; the key is lost, revoke it")
            throw ExitCode(4)
        }
    }

    private static func write(_ text: String, to file: String) -> Bool {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        return Glibc.write(descriptor, bytes, bytes.count) == bytes.count
    }
}

/// Work on the database itself, and how it fails: 2 for a wrong wish, 6 for the database.
enum OperatorWork {
    static func done<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let failure as StartFailure {
            complain(failure.description)
            throw ExitCode(failure.kind == .usage ? 2 : 6)
        }
    }

    static func complain(_ text: String) { say("error: \(text)") }

    static func note(_ text: String) { say("notice: \(text)") }

    /// A line for people, on standard error.
    static func say(_ text: String) {
        let line = Array("\(text)\n".utf8)
        _ = Glibc.write(2, line, line.count)
    }
}
