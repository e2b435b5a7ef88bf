package import FleetModel

extension CommitGraph {
    /// The content of a file at a commit; fetched from the remote if the mirror lacks it; nil when
    /// there is nothing at the path.
    ///
    /// The path is relative to the repository's root, without `.`, `..` and empty parts. A file
    /// of more than `limitBytes` is an error. Symbolic links are never followed: a path below one
    /// has nothing, and one at the path itself is `notAFile`.
    package func file(
        at path: String, of commit: CommitHash, limitBytes: Int,
        in repository: RepositorySource
    ) async throws(CommitGraphFailure) -> [UInt8]? {
        guard Self.isInside(path) else { throw .pathInvalid(String(path.prefix(200))) }
        let mirror = try await openMirror(of: repository)
        try await mirror.require([commit])
        guard let entry = try await mirror.entry(at: path, of: commit) else { return nil }
        guard entry.kind == "file" else { throw .notAFile(path: path, kind: entry.kind) }
        let size = try await mirror.size(ofBlob: entry.object)
        guard size <= limitBytes else {
            throw .fileTooLarge(path: path, sizeBytes: size, limitBytes: limitBytes)
        }
        return try await mirror.content(ofBlob: entry.object, size: size)
    }

    private static func isInside(_ path: String) -> Bool {
        guard !path.isEmpty, path.utf8.count <= 4096,
            path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return false }
        return path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0 != "." && $0 != ".."
        }
    }
}

extension CommitMirror {
    struct Entry {
        let kind: String
        let object: String
    }

    /// git-ls-tree(1): `MODE TYPE OBJECT<tab>PATH<NUL>`.
    func entry(
        at path: String, of commit: CommitHash
    ) async throws(CommitGraphFailure) -> Entry? {
        let reply = try await answer(
            "tree", ["ls-tree", "-z", "--full-tree", commit.text, "--", path])
        guard let record = reply.output.split(separator: 0).first else { return nil }
        let head = record.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
        let words = (head.first ?? []).split(separator: UInt8(ascii: " "))
            .map { String(decoding: $0, as: UTF8.self) }
        guard head.count == 2, words.count == 3, head[1].elementsEqual(path.utf8) else {
            return nil
        }
        let kind =
            switch words[0] {
            case "100644", "100755", "100664": "file"
            case "120000": "symbolic link"
            case "160000": "submodule"
            default: "folder"
            }
        return Entry(kind: kind, object: words[2])
    }

    /// Fetches the blob if it is not here; git cannot ask a remote for the size alone.
    func size(ofBlob object: String) async throws(CommitGraphFailure) -> Int {
        let reply = try await contact(
            "file size", ["cat-file", "-s", object], limit: settings.patience)
        guard reply.succeeded else { throw FetchDiagnosis.failure(from: reply.message) }
        guard let line = reply.lines.first, let size = Int(line) else {
            throw .gitFailed(operation: "file size", reason: "git gave no number")
        }
        return size
    }

    func content(
        ofBlob object: String, size: Int
    ) async throws(CommitGraphFailure) -> [UInt8] {
        let reply = try await query(
            "file", ["cat-file", "blob", object], outputLimitBytes: size + 1)
        guard reply.succeeded, reply.output.count == size else { throw failure("file", reply) }
        return reply.output
    }
}
