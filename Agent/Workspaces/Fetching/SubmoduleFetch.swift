import FleetModel
import GitRemote
import Isolation

/// Fills the submodules of a checkout, each from its own mirror, without git's own submodule
/// commands: those obey settings that the repository brings along.
struct SubmoduleFetch: Sendable {
    let git: LaunchedGit
    /// The folder that holds the mirrors of this repository's submodules.
    let mirrors: String
    let isRecursive: Bool

    private static let levelLimit = 8

    /// One place where submodules are looked for.
    struct Place: Sendable {
        let folder: String
        /// Parts of submodules on the way here, from the outermost.
        let trail: [String]
        let commit: CommitHash
        let url: RemoteURL
    }

    func fill(_ top: Place) async throws(WorkspaceFailure) {
        var waiting = [top]
        while let place = waiting.popLast() {
            let filled = try await fillDirect(place)
            guard isRecursive else { return }
            guard filled.isEmpty || place.trail.count < Self.levelLimit else {
                throw .submoduleRefused(
                    path: place.trail.joined(separator: "/"), reason: "nested too deeply")
            }
            waiting += filled
        }
    }

    private func fillDirect(_ place: Place) async throws(WorkspaceFailure) -> [Place] {
        var filled: [Place] = []
        for entry in try await declared(in: place) {
            guard let commit = try await commit(of: entry, in: place) else { continue }
            let trail = place.trail + [entry.path]
            let mirror = RepositoryMirror(
                path: try mirrorPath(trail), url: entry.url, credential: nil, git: git)
            let folder = "\(place.folder)/\(entry.path)"
            do {
                try await mirror.fetch(commit, withTags: false)
                try await mirror.checkOut(commit, depth: 1, in: folder)
            } catch {
                if error == .cancelled { throw error }
                throw .submoduleRefused(path: entry.path, reason: "\(error)")
            }
            filled.append(
                Place(folder: folder, trail: trail, commit: commit, url: entry.url))
        }
        return filled
    }

    private func declared(in place: Place) async throws(WorkspaceFailure) -> [SubmoduleEntry] {
        switch try await mode(of: ".gitmodules", in: place)?.mode {
        case nil: return []
        case "100644", "100755": break
        default:
            throw .submoduleRefused(path: ".gitmodules", reason: "it is not a plain file")
        }
        let reply = try await git.run(
            "submodules",
            [
                "--git-dir=\(place.folder)/.git", "config", "--no-includes", "-z",
                "--blob=\(place.commit.text):.gitmodules", "--list",
            ], in: place.folder)
        guard reply.succeeded else {
            throw .submoduleRefused(path: ".gitmodules", reason: "it cannot be read")
        }
        return try SubmoduleEntry.entries(
            reply.output, parent: place.url, allowing: git.settings.transports)
    }

    /// The commit that the tree names; nil when there is no submodule at the path.
    private func commit(
        of entry: SubmoduleEntry, in place: Place
    ) async throws(WorkspaceFailure) -> CommitHash? {
        guard let found = try await mode(of: entry.path, in: place), found.mode == "160000"
        else { return nil }
        return CommitHash(found.object)
    }

    private func mode(
        of path: String, in place: Place
    ) async throws(WorkspaceFailure) -> (mode: String, object: String)? {
        let reply = try await git.require(
            "tree",
            [
                "--git-dir=\(place.folder)/.git", "ls-tree", "-z", "--full-tree",
                place.commit.text, "--", path,
            ], in: place.folder)
        guard let record = reply.output.split(separator: 0).first else { return nil }
        let fields = record.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
        let words = (fields.first ?? []).split(separator: UInt8(ascii: " "))
            .map { String(decoding: $0, as: UTF8.self) }
        guard fields.count == 2, words.count == 3, fields[1].elementsEqual(path.utf8) else {
            return nil
        }
        return (words[0], words[2])
    }

    /// One folder name for a chain of submodules: letters and digits stay, the rest is escaped.
    private func mirrorPath(_ trail: [String]) throws(WorkspaceFailure) -> String {
        let name = trail.map(Self.escaped).joined(separator: "+")
        guard name.utf8.count <= 240 else {
            throw .submoduleRefused(path: trail.last ?? "", reason: "its path is too long")
        }
        return "\(mirrors)/\(name).git"
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let isWord =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "-")
            return isWord
                ? String(UnicodeScalar(byte)) : "_" + Hexadecimal.text(CollectionOfOne(byte))
        }.joined()
    }
}
