import FoundationEssentials
import Glibc

/// The files of one attempt's artifacts, by digest; equal ones lie there once.
struct ArtifactFolder {
    private static let freshPrefix = "new-"

    let path: String

    /// A file that is written before it has its name.
    struct Draft: ~Copyable {
        let name: String
        fileprivate let file: ArtifactDescriptor
    }

    /// Removes what has no entry.
    ///
    /// Returns: entries whose file is not whole.
    func open(_ entries: [ArtifactEntry]) throws(SpoolFailure) -> [ArtifactEntry] {
        // Most attempts of a `command` benchmark leave no file.
        guard FileManager.default.fileExists(atPath: path) else { return entries }
        let known = Set(entries.map { Self.fileName($0.digest) })
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw .storage(operation: "list", path: path, reason: "\(error)")
        }
        for name in names where !known.contains(name) {
            try SpoolFiles.removeTree(path + "/" + name)
        }
        return entries.filter { size(of: $0.digest) != $0.sizeBytes }
    }

    func draft(_ number: Int) throws(SpoolFailure) -> Draft {
        try SpoolFiles.makeDirectory(path)
        let name = Self.freshPrefix + "\(number)"
        return Draft(
            name: name,
            file: try ArtifactDescriptor(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC))
    }

    func append(_ bytes: [UInt8], to draft: borrowing Draft) throws(SpoolFailure) {
        try draft.file.write(bytes)
    }

    /// Gives the draft its name; it is durable when this returns.
    func keep(_ draft: consuming Draft, as digest: String) throws(SpoolFailure) {
        try draft.file.synchronise()
        try SpoolFiles.rename(draft.name, to: Self.fileName(digest), in: path)
    }

    /// What became of nothing.
    func drop(_ name: String) { _ = unlink(path + "/" + name) }

    /// At most `limit` bytes from `offset` on.
    func bytes(of digest: String, from offset: Int64, limit: Int) throws(SpoolFailure) -> [UInt8] {
        try ArtifactDescriptor(path + "/" + Self.fileName(digest), O_RDONLY)
            .read(from: offset, limit: limit)
    }

    private func size(of digest: String) -> Int64? {
        var facts = stat()
        return lstat(path + "/" + Self.fileName(digest), &facts) == 0 ? Int64(facts.st_size) : nil
    }

    private static func fileName(_ digest: String) -> String {
        String(digest.split(separator: ":").last ?? "")
    }
}

/// Owns the descriptor of an artifact's file.
private struct ArtifactDescriptor: ~Copyable {
    private let number: Int32
    private let path: String

    init(_ path: String, _ flags: Int32) throws(SpoolFailure) {
        number = Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
        self.path = path
        guard number >= 0 else { throw SpoolFiles.failure("open", path, errno) }
    }

    deinit { if number >= 0 { close(number) } }

    func write(_ bytes: [UInt8]) throws(SpoolFailure) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                Glibc.write(number, all.baseAddress.map { $0 + done }, all.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SpoolFiles.failure("write", path, errno) }
            done += count
        }
    }

    func synchronise() throws(SpoolFailure) {
        guard fsync(number) == 0 else { throw SpoolFiles.failure("fsync", path, errno) }
    }

    func read(from offset: Int64, limit: Int) throws(SpoolFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(0, limit))
        var done = 0
        while done < bytes.count {
            let start = done
            let count = bytes.withUnsafeMutableBytes { all in
                pread(
                    number, all.baseAddress.map { $0 + start }, all.count - start,
                    off_t(offset) + off_t(start))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SpoolFiles.failure("read", path, errno) }
            if count == 0 { break }
            done += count
        }
        bytes.removeLast(bytes.count - done)
        return bytes
    }
}
