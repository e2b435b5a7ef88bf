import Glibc
import Workspaces

/// Result files below one folder that a stranger fills: links are never followed, and only
/// regular files are read (openat(2), O_NOFOLLOW).
struct ResultFolder {
    static let depthLimit = 32
    static let entryLimit = 200_000
    static let fileLimit = 10_000
    static let byteLimit = 64 << 20

    struct Found: Equatable {
        /// Relative to the folder; foreign bytes are replaced.
        let path: String
        let bytes: [UInt8]
    }

    enum Failure: Error, Equatable, CustomStringConvertible {
        case unreadable(String, errno: Int32)
        case tooMany(String)

        var description: String {
            switch self {
            case .unreadable(let path, let errno): "\(path) cannot be read (errno \(errno))"
            case .tooMany(let what): "the results have more than \(what)"
            }
        }
    }

    let path: String

    /// Every regular file that the patterns mean, in order of path.
    func read(_ patterns: GlobList) throws(Failure) -> [Found] {
        var found: [Found] = []
        var room = Self.byteLimit
        try walk(patterns) { (folder, name, path) throws(Failure) in
            guard let bytes = try Self.content(name, in: folder, path, room) else { return }
            guard found.count < Self.fileLimit else {
                throw .tooMany("\(Self.fileLimit) files")
            }
            room -= bytes.count
            found.append(Found(path: path, bytes: bytes))
        }
        return found.sorted { $0.path < $1.path }
    }

    /// Removes what an earlier execution left, so that no result is read twice.
    func clear(_ patterns: GlobList) throws(Failure) {
        try walk(patterns) { (folder, name, path) throws(Failure) in
            guard unsafe unlinkat(folder, name, 0) == 0 || errno == ENOENT else {
                throw .unreadable(path, errno: errno)
            }
        }
    }

    private typealias Visitor = (Int32, [CChar], String) throws(Failure) -> Void

    private func walk(_ patterns: GlobList, _ visit: Visitor) throws(Failure) {
        let root = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard root >= 0 else { throw .unreadable(path, errno: errno) }
        defer { close(root) }
        var entries = 0
        try descend(root, [], patterns, &entries, visit)
    }

    private func descend(
        _ folder: Int32, _ trail: [[UInt8]], _ patterns: GlobList, _ entries: inout Int,
        _ visit: Visitor
    ) throws(Failure) {
        for name in try Self.names(in: folder) {
            entries += 1
            guard entries <= Self.entryLimit else { throw .tooMany("\(Self.entryLimit) entries") }
            var facts = stat()
            guard unsafe fstatat(folder, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            let here = trail + [name.dropLast().map { UInt8(bitPattern: $0) }]
            let shown = here.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
            switch facts.st_mode & S_IFMT {
            case S_IFREG where patterns.matches(here): try visit(folder, name, shown)
            case S_IFDIR where here.count < Self.depthLimit && here[0] != Array(".git".utf8):
                let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
                let inner = unsafe openat(folder, name, flags)
                guard inner >= 0 else { continue }
                defer { close(inner) }
                try descend(inner, here, patterns, &entries, visit)
            default: continue
            }
        }
    }

    /// With the NUL at each end.
    private static func names(in folder: Int32) throws(Failure) -> [[CChar]] {
        // fdopendir(3) takes its descriptor over.
        let copy = unsafe openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = unsafe fdopendir(copy) else {
            let code = errno
            if copy >= 0 { close(copy) }
            throw .unreadable(".", errno: code)
        }
        defer { unsafe closedir(stream) }
        var names: [[CChar]] = []
        while names.count <= entryLimit, let record = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &record.pointee.d_name) { bytes in
                bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
            }
            if name != [46, 0] && name != [46, 46, 0] { names.append(name) }
        }
        return names
    }

    /// `nil` for anything but a regular file with one name.
    private static func content(
        _ name: [CChar], in folder: Int32, _ path: String, _ room: Int
    ) throws(Failure) -> [UInt8]? {
        // A pipe that was put in the file's place must not block.
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let file = unsafe openat(folder, name, flags)
        guard file >= 0 else { throw .unreadable(path, errno: errno) }
        defer { close(file) }
        var facts = stat()
        // A second name may be that of a file which only the agent may read.
        guard unsafe fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
            facts.st_nlink == 1
        else { return nil }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = unsafe Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path, errno: errno) }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= room else { throw .tooMany("\(byteLimit >> 20) MiB") }
        }
    }
}
