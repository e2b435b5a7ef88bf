import Crypto
import Dispatch
import FleetModel
import Glibc

/// Why bytes could not be kept or read.
package enum ContentFailure: Error, Hashable, Sendable {
    /// No room on the disk.
    case full
    /// There is no such file.
    case absent(String)
    case refused(operation: String, path: String, errno: Int32)
}

/// Bytes on disk under their own digest, each once, whoever refers to them.
///
/// Enters: parts of uploads. Leaves: files whose content is their name. What lies under a digest
/// was synced before it got that name, so a crash leaves a whole file or none.
///
///     content/ab/abcdef…   complete; the name is the SHA-256 of the bytes
///     incoming/NAME        parts of one upload, each at its place
package struct ContentFolder: Sendable {
    package let path: String
    private let queue = DispatchQueue(label: "fleetmark.content", attributes: .concurrent)

    /// Makes the folders; nobody else may look into them.
    package init(path: String) throws(ContentFailure) {
        self.path = path
        for folder in [path, path + "/content", path + "/incoming"] {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                throw Self.failure("mkdir", folder)
            }
        }
    }

    /// Where the bytes lie, or would lie.
    package func place(of key: ContentKey) -> String { folder(of: key) + "/" + key.hex }

    /// Whether the bytes are there.
    package func has(_ key: ContentKey, sizeBytes: Int64) -> Bool {
        var facts = stat()
        return lstat(place(of: key), &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
            && facts.st_size == sizeBytes
    }

    /// Writes one part of an upload at its place; it is durable when this returns.
    package func write(
        _ bytes: [UInt8], at offset: Int64, of upload: String
    ) async throws(ContentFailure) {
        try await blocking { () throws(ContentFailure) in
            let path = incoming(upload)
            let isNew = access(path, F_OK) != 0
            let file = try Self.open(path, O_WRONLY | O_CREAT)
            defer { close(file) }
            try Self.write(bytes, at: offset, to: file, path)
            guard fdatasync(file) == 0 else { throw Self.failure("fdatasync", path) }
            if isNew { try Self.synchronise(self.path + "/incoming") }
        }
    }

    /// Whether an upload's bytes are those of the digest, all of them and no more.
    ///
    /// - Throws: `absent` when nothing of it is there.
    package func matches(
        _ upload: String, _ key: ContentKey, sizeBytes: Int64
    ) async throws(ContentFailure) -> Bool {
        try await blocking { () throws(ContentFailure) in
            let path = incoming(upload)
            // Without a byte there was no part that could have made the file.
            let file = try Self.open(path, sizeBytes == 0 ? O_RDWR | O_CREAT : O_RDONLY)
            defer { close(file) }
            var facts = stat()
            guard fstat(file, &facts) == 0, facts.st_size == sizeBytes else { return false }
            return try Self.digest(of: file, path) == key.hex
        }
    }

    /// Gives an upload that matches its name as content. Again is harmless.
    package func keep(_ upload: String, as key: ContentKey) async throws(ContentFailure) {
        try await blocking { () throws(ContentFailure) in
            let folder = folder(of: key)
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                throw Self.failure("mkdir", folder)
            }
            let file = try Self.open(incoming(upload), O_RDONLY)
            defer { close(file) }
            guard fsync(file) == 0 else { throw Self.failure("fsync", incoming(upload)) }
            guard rename(incoming(upload), place(of: key)) == 0 else {
                throw Self.failure("rename", incoming(upload))
            }
            try Self.synchronise(folder)
            try Self.synchronise(path + "/content")
        }
    }

    /// Throws away what came of an upload.
    package func drop(_ upload: String) async throws(ContentFailure) {
        try await blocking { () throws(ContentFailure) in try Self.remove(incoming(upload)) }
    }

    /// Removes content that nobody refers to; at once, for a caller that holds its row.
    package func remove(_ key: ContentKey) throws(ContentFailure) {
        try Self.remove(place(of: key))
    }

    /// Whether an upload has a file, and when it last grew, in seconds of the epoch.
    package func lastGrowth(of upload: String) -> Int? {
        var facts = stat()
        return lstat(incoming(upload), &facts) == 0 ? facts.st_mtim.tv_sec : nil
    }

    /// Content whose bytes came more than so many seconds ago, of one of the 256 folders.
    package func contents(
        inFolder number: UInt8, olderThan seconds: Int
    ) async throws(ContentFailure) -> [ContentKey] {
        let folder = path + "/content/" + Hexadecimal.text([number])
        return try await blocking { () throws(ContentFailure) in
            do throws(ContentFailure) {
                return try Self.names(in: folder, olderThan: seconds).compactMap {
                    ContentKey(hex: $0)
                }
            } catch {
                guard case .absent = error else { throw error }
                return []
            }
        }
    }

    /// Throws away uploads that have not grown for so many seconds.
    ///
    /// - Returns: how many there were.
    package func dropStale(olderThan seconds: Int) async throws(ContentFailure) -> Int {
        try await blocking { () throws(ContentFailure) in
            let stale = try Self.names(in: path + "/incoming", olderThan: seconds)
            for name in stale { try Self.remove(incoming(name)) }
            return stale.count
        }
    }

    private func folder(of key: ContentKey) -> String {
        path + "/content/" + key.hex.prefix(2)
    }

    private func incoming(_ upload: String) -> String { path + "/incoming/" + upload }

    /// Off the threads that serve calls: disks may be slow.
    private func blocking<Value: Sendable>(
        _ body: @escaping @Sendable () throws(ContentFailure) -> Value
    ) async throws(ContentFailure) -> Value {
        let result: Result<Value, ContentFailure> = await withCheckedContinuation { waiting in
            queue.async {
                do throws(ContentFailure) {
                    waiting.resume(returning: .success(try body()))
                } catch {
                    waiting.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}

extension ContentFolder {
    private static let chunkBytes = 1 << 20

    private static func open(_ path: String, _ flags: Int32) throws(ContentFailure) -> Int32 {
        let file = Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure("open", path) }
        return file
    }

    private static func write(
        _ bytes: [UInt8], at offset: Int64, to file: Int32, _ path: String
    ) throws(ContentFailure) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(
                    file, buffer.baseAddress.map { $0 + done }, bytes.count - done,
                    off_t(offset) + off_t(done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("pwrite", path) }
            done += count
        }
    }

    private static func digest(of file: Int32, _ path: String) throws(ContentFailure) -> String {
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: chunkBytes)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { return SHA256Text.text(of: hash.finalize()) }
            hash.update(data: buffer[..<count])
        }
    }

    /// Regular files that nobody has written to for so many seconds.
    private static func names(
        in folder: String, olderThan seconds: Int
    ) throws(ContentFailure) -> [String] {
        guard let listing = opendir(folder) else { throw failure("opendir", folder) }
        defer { closedir(listing) }
        let limit = time(nil) - seconds
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var facts = stat()
            guard lstat(folder + "/" + name, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
                facts.st_mtim.tv_sec < limit
            else { continue }
            names.append(name)
        }
        return names
    }

    private static func remove(_ path: String) throws(ContentFailure) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("unlink", path) }
    }

    /// Makes the names in a folder durable (fsync(2)).
    private static func synchronise(_ folder: String) throws(ContentFailure) {
        let descriptor = try open(folder, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("fsync", folder) }
    }

    private static func failure(_ operation: String, _ path: String) -> ContentFailure {
        let code = errno
        switch code {
        case ENOSPC, EDQUOT: return .full
        case ENOENT: return .absent(path)
        default: return .refused(operation: operation, path: path, errno: code)
        }
    }
}
