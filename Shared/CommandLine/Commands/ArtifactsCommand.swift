import ArgumentParser
import Crypto
import Glibc

/// `artifacts RUN [NAME…]`: lists and fetches the files that a run left.
struct ArtifactsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "artifacts",
        abstract: "Lists the files of a run, such as profiles, or fetches them.",
        discussion: """
            Without names and without --output the files are listed. A name may be a pattern, in \
            which * stands for anything. What is fetched is checked against its digest, and a file \
            that is there already and right is not fetched again.

            EXAMPLES
              fleetmark artifacts @last
              fleetmark artifacts 8c1f2a90 'profile/*' --output profiles
              fleetmark artifacts 8c1f2a90 --output .
            """)

    @Argument(help: "A run's id, last digits or page address, or @last.") var run: String
    @Argument(help: "Names of files, or patterns.") var name: [String] = []
    @Option(
        help: ArgumentHelp("Folder for the files; with names alone: this one.", valueName: "dir"))
    var output: String?
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let reference = try RunReference(run)
        return try await session.connected { client in
            let id = try await reference.resolve(client, session)
            let reply = try await client.get(
                "/runs/\(id)/artifacts", as: ReplyPage<Artifact>.self)
            guard !name.isEmpty || output != nil else { return try list(reply, session) }
            let chosen = try chosen(from: reply.value.items)
            let folder = session.path(output ?? ".")
            var gone = 0
            for artifact in chosen {
                if artifact.deletedUs != nil {
                    session.note("\(artifact.name): deleted by retention")
                    gone += 1
                    continue
                }
                let file = try ArtifactFile(artifact, in: folder)
                let isNew = try await file.fetch(client)
                session.note("\(isNew ? "wrote" : "have") \(file.path)")
            }
            if session.settings.asJSON { try session.answer(document(chosen, reply)) }
            return gone == 0 ? .done : .partial
        }
    }

    private func list(
        _ reply: Reply<ReplyPage<Artifact>>, _ session: Session
    ) throws -> CommandStatus {
        if session.settings.asJSON {
            try session.answer(.document("artifacts", reply.tree.members))
        } else if reply.value.items.isEmpty {
            session.note("the run has left no files")
        } else {
            try session.answer(
                ArtifactTable(reply.value.items).table.render(
                    style: session.style, width: session.surroundings.terminal.width))
        }
        return .done
    }

    private func document(
        _ chosen: [Artifact], _ reply: Reply<ReplyPage<Artifact>>
    ) -> JSONTree {
        let ids = Set(chosen.map(\.id))
        let items = (reply.tree["items"]?.items ?? []).filter { tree in
            if case .string(let id)? = tree["id"] { ids.contains(id) } else { false }
        }
        return .document("artifacts", ["items": .array(items)])
    }

    /// Several attempts may have files of one name: then only the newest are meant.
    private func chosen(from all: [Artifact]) throws -> [Artifact] {
        let newest = Dictionary(
            all.sorted { ($0.createdUs ?? 0) < ($1.createdUs ?? 0) }.map { ($0.name, $0) },
            uniquingKeysWith: { $1 }
        ).values.sorted { $0.name < $1.name }
        guard !name.isEmpty else { return newest }
        for pattern in name where !newest.contains(where: { Self.fits($0.name, pattern) }) {
            throw CommandFailure(
                .failed, "no_artifact", "the run has left no file `\(pattern)`",
                try: "fleetmark artifacts \(run) lists them")
        }
        return newest.filter { artifact in name.contains { Self.fits(artifact.name, $0) } }
    }

    /// Without backtracking: the pieces between stars, each at its first place.
    static func fits(_ name: String, _ pattern: String) -> Bool {
        let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard pieces.count > 1, let first = pieces.first, let last = pieces.last else {
            return name == pattern
        }
        guard name.hasPrefix(first), name.count >= first.count + last.count,
            name.hasSuffix(last)
        else { return false }
        var rest = name.dropFirst(first.count).dropLast(last.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let place = rest.firstRange(of: piece) else { return false }
            rest = rest[place.upperBound...]
        }
        return true
    }
}

/// The place of a file that is fetched.
private struct ArtifactFile {
    let path: String
    private let artifact: Artifact

    /// Throws for a name that would lead out of the folder, whatever the server says.
    init(_ artifact: Artifact, in folder: String) throws(CommandFailure) {
        let parts = artifact.name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !["", ".", ".."].contains($0) }),
            !artifact.name.utf8.contains(where: { $0 < 0x20 || $0 == 0x5C })
        else {
            throw CommandFailure(
                .failed, "bad_name", "the server gives a file a name that is not safe",
                why: PlainLine.text(artifact.name))
        }
        self.artifact = artifact
        path = folder + "/" + artifact.name
        var made = folder
        for part in [""] + parts.dropLast().map(String.init) {
            if !part.isEmpty { made += "/" + part }
            guard mkdir(made, 0o777) == 0 || errno == EEXIST else {
                throw Self.refused("make the folder \(made)")
            }
        }
    }

    /// Returns: false when the right bytes are there already.
    func fetch(_ client: APIClient) async throws -> Bool {
        if digest(of: path) == artifact.digest { return false }
        let draft = path + ".part"
        let sink = try FileSink(creating: draft)
        do {
            var hash = SHA256()
            let reply = try await client.stream(
                "/artifacts/\(artifact.id)/content", waiting: .seconds(600))
            try await reply.forEachPiece { piece in
                hash.update(data: piece)
                try sink.write(piece)
            }
            try sink.close()
            guard "sha256:" + hash.finalize().hexadecimal == artifact.digest else {
                throw CommandFailure(
                    .failed, "digest_mismatch",
                    "what came is not \(PlainLine.text(artifact.name)): its digest differs",
                    try: "fetch it again")
            }
        } catch {
            unlink(draft)
            throw error
        }
        guard rename(draft, path) == 0 else { throw Self.refused("write \(path)") }
        return true
    }

    private func digest(of path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return "sha256:" + hash.finalize().hexadecimal }
            hash.update(data: buffer[..<count])
        }
    }

    private static func refused(_ what: String) -> CommandFailure {
        CommandFailure(
            .failed, "not_written", "cannot \(what)", why: String(cString: strerror(errno)))
    }
}
