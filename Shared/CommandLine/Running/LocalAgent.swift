import FoundationEssentials
import Glibc
import Subprocess

/// The agent's program of this machine, which measures for `run --local` and `check --run`.
struct LocalAgent: Sendable {
    let path: String

    private static let program = "fleetmark-agent"
    private static let documentLimitBytes = 512 << 20

    /// Beside this program, else on the search path.
    static func find(_ session: Session) throws(CommandFailure) -> LocalAgent {
        let search = session.surroundings.environment["PATH"] ?? ""
        let beside = [session.surroundings.programFolder].compactMap(\.self)
        for folder in beside + search.split(separator: ":").map(String.init)
        where folder.hasPrefix("/") {
            let path = "\(folder)/\(program)"
            if access(path, X_OK) == 0 { return LocalAgent(path: path) }
        }
        throw CommandFailure(
            .failed, "no_agent", "\(program) is not found, which measures on this machine",
            why: "it lies neither beside fleetmark nor on PATH",
            try: "install the package fleetmark-agent, or in a checkout: swift build --product "
                + program)
    }

    /// What the program answered.
    struct Found: Sendable {
        let text: String
        let document: LocalResults
        let exitStatus: CommandStatus

        /// What was judged is in the rows; the rest the program said itself.
        func status(_ failOn: FailOn) -> CommandStatus {
            var found = document.comparison.map { FailOn.Finding.found(in: $0.rows) } ?? []
            if exitStatus == .partial { found.insert(.partial) }
            let own: Set<CommandStatus> = exitStatus == .partial ? [] : [exitStatus]
            return CommandStatus.resolve(failOn.status(found).union(own))
        }
    }

    /// Its progress and its errors go to this program's own notices.
    ///
    /// - Throws: when it measured nothing, with its status; it has said why.
    func measure(
        _ arguments: [String], file: String? = nil, _ session: Session
    ) async throws -> Found {
        let file = try file ?? Self.file(session)
        let words =
            [path, "local"] + (session.settings.isQuiet ? ["--quiet"] : [])
            + (session.settings.isVerbose ? ["--verbose"] : []) + arguments + [file]
        var variables: [Environment.Key: String] = [:]
        for (name, value) in session.surroundings.environment where !name.hasPrefix("FLEETMARK_") {
            if let key = Environment.Key(rawValue: name) { variables[key] = value }
        }
        let notices = session.surroundings.notices
        // env(1) takes a path, and becomes the program.
        let result = try await Subprocess.run(
            .name("env"), arguments: Arguments(words), environment: .custom(variables),
            platformOptions: Self.ending, input: .none, output: .sequence, error: .sequence
        ) { execution in
            async let words: Void = Self.pass(execution.standardError, to: notices)
            var bytes: [UInt8] = []
            for try await part in execution.standardOutput {
                part.withUnsafeBytes { bytes += $0 }
                guard bytes.count <= Self.documentLimitBytes else { throw Self.tooLong }
            }
            try await words
            return bytes
        }
        try Task.checkCancellation()
        return try Self.found(result.closureResult, result.terminationStatus)
    }

    private static func file(_ session: Session) throws(CommandFailure) -> String {
        guard let found = try ProjectFileSearch.nearest(from: session.surroundings.directory) else {
            throw CommandFailure.usage(
                "there is no fleetmark.yaml here or above", try: "fleetmark init writes one")
        }
        return found
    }

    private static func pass(
        _ said: SubprocessOutputSequence, to notices: any TextSink
    ) async throws {
        for try await part in said { try? notices.write(part.withUnsafeBytes { Array($0) }) }
    }

    private static var tooLong: CommandFailure {
        CommandFailure(
            .failed, "too_long", "the agent's answer is longer than \(documentLimitBytes) bytes")
    }

    /// An interrupt lets it end its programs first.
    private static var ending: PlatformOptions {
        var options = PlatformOptions()
        options.teardownSequence = [
            .send(signal: .interrupt, allowedDurationToNextStep: .seconds(15))
        ]
        return options
    }

    private static func found(
        _ bytes: [UInt8], _ ended: TerminationStatus
    ) throws -> Found {
        var status = CommandStatus.failed
        if case .exited(let code) = ended { status = CommandStatus(rawValue: code) ?? .failed }
        guard !bytes.isEmpty else { throw LocalAgentEnded(status: status) }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return Found(
                text: String(decoding: bytes, as: UTF8.self),
                document: try decoder.decode(LocalResults.self, from: Data(bytes)),
                exitStatus: status)
        } catch {
            throw CommandFailure(
                .failed, "bad_answer", "the agent's answer cannot be read", why: "\(error)",
                try: "use programs of one version: fleetmark --version, fleetmark-agent --version")
        }
    }
}

/// The agent's program measured nothing and has said why.
struct LocalAgentEnded: Error {
    let status: CommandStatus
}
