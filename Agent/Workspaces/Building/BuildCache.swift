package import FleetModel
import Glibc
package import Isolation
import LinuxSystem

/// Finished builds on this host, each under a key of all that went into it (project file, §2.2,
/// `build.cache`). No build and no benchmark can read or change them.
///
/// A build that is kept is whole: it is made beside and renamed.
package struct BuildCache: Sendable {
    private let root: String
    /// Of all builds together; those that were not used for longest go first.
    private let byteLimit: Int64
    /// What must stay free on the disk.
    private let floorBytes: Int64
    /// Ends keeping and restoring between two files.
    private var cancellation: LaunchCancellation?

    init(root: String, byteLimit: Int64, floorBytes: Int64) {
        self.root = root
        self.byteLimit = byteLimit
        self.floorBytes = floorBytes
    }

    /// The same builds, for work that may be ended.
    package func ended(by cancellation: LaunchCancellation) -> BuildCache {
        var cache = self
        cache.cancellation = cancellation
        return cache
    }

    /// What is known of a build that was kept.
    package struct Entry: Sendable, Equatable {
        /// Hexadecimal.
        package let commit: String
        /// Of all steps together.
        package let wallNanoseconds: Int64
        /// When it was built, in seconds since 1970.
        package let builtSeconds: Int64
        package internal(set) var bytes: Int64 = 0

        package init(commit: CommitHash, wallNanoseconds: Int64, builtSeconds: Int64) {
            self.commit = commit.text
            self.wallNanoseconds = wallNanoseconds
            self.builtSeconds = builtSeconds
        }
    }

    private struct NoRoom: Error, CustomStringConvertible {
        let description = "the disk has no room for it"
    }

    /// Puts a build into a fresh checkout and its empty HOME.
    ///
    /// Returns: `nil` where none of this name is kept. Throws: what keeps it from being put back;
    /// the build is forgotten then unless somebody ended it, and the checkout is not to be used.
    package func restore(
        _ name: String, _ kept: KeptFiles, into workspace: Workspace,
        for identity: ProcessIdentity?
    ) throws -> Entry? {
        let folder = "\(root)/\(name)"
        guard let entry = Self.entry(in: folder) else { return nil }
        do {
            if kept.isAll { try FolderTree.empty(workspace.checkout, except: Self.git) }
            try put("\(folder)/checkout", into: workspace.checkout)
            try put("\(folder)/home", into: workspace.home)
            if let identity {
                try FolderTree.give(workspace.checkout, to: identity)
                try FolderTree.give(workspace.home, to: identity)
            }
            Self.touch(folder)
            // Nothing is left to be written while something is measured.
            sync()
            return entry
        } catch FolderCopy.Failure.cancelled {
            throw FolderCopy.Failure.cancelled
        } catch {
            try? Self.forget(folder)
            throw error
        }
    }

    /// Keeps what a build left in its checkout and its HOME.
    ///
    /// `identity`: who owns it; files of others are refused. Throws: why it is not kept.
    package func keep(
        _ name: String, _ kept: KeptFiles, of workspace: Workspace, _ identity: ProcessIdentity?,
        _ entry: Entry
    ) throws {
        let folder = "\(root)/\(name)"
        let draft = folder + Self.draftSuffix
        try FolderTree.remove(draft)
        try FolderTree.make(draft, mode: 0o700)
        do {
            var copy = FolderCopy(
                owner: identity?.uid ?? geteuid(), byteLimit: min(byteLimit, try room()),
                cancellation: cancellation)
            try Self.copy(workspace.checkout, to: "\(draft)/checkout", &copy, only: kept.globs)
            try Self.copy(workspace.home, to: "\(draft)/home", &copy)
            var entry = entry
            entry.bytes = copy.bytes
            try Self.write(entry, in: draft)
            try Self.forget(folder)
            try makeRoom(for: copy.bytes)
            try Self.rename(draft, to: folder)
        } catch {
            try? FolderTree.remove(draft)
            throw error
        }
    }

    /// Forgets builds, those used longest ago first, until the disk has room for new work: no
    /// attempt fails since old builds lie in its way.
    package func giveWay() throws {
        for build in try all() {
            guard try freeBytes() == nil else { return }
            try Self.forget(build.folder)
        }
    }

    /// Removes what a keeping left that did not come to its end.
    func sweep() throws(SystemCallFailure) {
        for name in try FolderTree.names(in: root) where name.hasSuffix(Self.draftSuffix) {
            try FolderTree.remove("\(root)/\(name)")
        }
    }
}

extension BuildCache {
    private static let git = ".git"
    private static let draftSuffix = ".new"
    private static let entryName = "entry"
    private static let entryLimit = 4096

    private static func copy(
        _ path: String, to target: String, _ copy: inout FolderCopy, only globs: GlobList? = nil
    ) throws {
        try FolderTree.make(target, mode: 0o700)
        try copy.copy(
            FolderHandle(path: path), into: FolderHandle(path: target), only: globs, except: git)
    }

    private func put(_ path: String, into target: String) throws {
        var copy = FolderCopy(
            owner: geteuid(), byteLimit: .max, replaces: true, cancellation: cancellation)
        try copy.copy(FolderHandle(path: path), into: FolderHandle(path: target))
    }

    private static func entry(in folder: String) -> Entry? {
        guard let handle = try? FolderHandle(path: folder),
            let bytes = try? handle.bytes(Array(entryName.utf8CString), limit: entryLimit)
        else { return nil }
        return Entry(text: String(decoding: bytes, as: UTF8.self))
    }

    private static func write(_ entry: Entry, in folder: String) throws {
        let file = try OwnedDescriptor.open(
            "\(folder)/\(entryName)", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        try file.write(Array(entry.text.utf8))
        // All of the build is on the disk before its name says that it is there.
        sync()
    }

    private static func rename(_ draft: String, to folder: String) throws(SystemCallFailure) {
        _ = try retryingOnInterrupt("rename", path: folder) { unsafe Glibc.rename(draft, folder) }
    }

    /// The time of its folder says when a build was used last.
    private static func touch(_ folder: String) {
        _ = unsafe utimensat(AT_FDCWD, folder, nil, AT_SYMLINK_NOFOLLOW)
    }

    private func room() throws -> Int64 {
        try giveWay()
        guard let free = try freeBytes() else { throw NoRoom() }
        return free
    }

    /// What builds may take of the disk: a twentieth of it, or four times the floor, stays free,
    /// and so do names for files. `nil` where there is nothing.
    private func freeBytes() throws -> Int64? {
        var facts = statvfs()
        let path = root
        _ = try retryingOnInterrupt("statvfs", path: path) { unsafe statvfs(path, &facts) }
        let block = Double(facts.f_frsize)
        let reserve = max(Double(facts.f_blocks) * block / 20, 4 * Double(floorBytes))
        let free = Double(facts.f_bavail) * block - reserve
        // File systems without a fixed number of them say 0 of 0.
        let hasNames = facts.f_files == 0 || facts.f_favail > facts.f_files / 20
        return free > 0 && hasNames ? Int64(min(free, Double(Int64.max / 2))) : nil
    }

    private struct Build {
        let folder: String
        let used: Int64
        /// `nil` for one that is spoilt.
        let bytes: Int64?
    }

    /// Those used longest ago first.
    private func all() throws -> [Build] {
        try FolderTree.names(in: root).filter { !$0.hasSuffix(Self.draftSuffix) }.map { name in
            let folder = "\(root)/\(name)"
            return Build(
                folder: folder, used: Self.used(folder), bytes: Self.entry(in: folder)?.bytes)
        }.sorted { $0.used < $1.used }
    }

    /// Forgets builds until one more of this size fits.
    private func makeRoom(for bytes: Int64) throws {
        let all = try all()
        var total = all.reduce(bytes) { $0 + ($1.bytes ?? 0) }
        for build in all where total > byteLimit || build.bytes == nil {
            try Self.forget(build.folder)
            total -= build.bytes ?? 0
        }
    }

    /// By its name first: what is left of a removal that was cut off is no build.
    private static func forget(_ folder: String) throws(SystemCallFailure) {
        guard FolderTree.exists(folder) else { return }
        let gone = folder + ".gone" + draftSuffix
        try FolderTree.remove(gone)
        try rename(folder, to: gone)
        try FolderTree.remove(gone)
    }

    private static func used(_ folder: String) -> Int64 {
        var facts = stat()
        guard unsafe lstat(folder, &facts) == 0 else { return 0 }
        return Int64(facts.st_mtim.tv_sec) * 1_000_000 + Int64(facts.st_mtim.tv_nsec) / 1000
    }
}

extension BuildCache.Entry {
    fileprivate init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count == 5, lines[4].isEmpty, let wall = Int64(lines[1]),
            let built = Int64(lines[2]), let bytes = Int64(lines[3])
        else { return nil }
        commit = lines[0]
        wallNanoseconds = wall
        builtSeconds = built
        self.bytes = bytes
    }

    /// A line each, the last one ended: a file that was cut is none.
    fileprivate var text: String {
        "\(commit)\n\(wallNanoseconds)\n\(builtSeconds)\n\(bytes)\n"
    }
}

/// Which files of a checkout are kept with its build.
package struct KeptFiles: Sendable {
    /// `nil` for all but git's folder.
    let globs: GlobList?

    var isAll: Bool { globs == nil }

    /// `outputs`: globs; none means all. `paths`: files and folders that are kept besides; those in
    /// HOME are kept anyway.
    package init(outputs: [String], paths: [String]) {
        guard !outputs.isEmpty else {
            globs = nil
            return
        }
        let own = paths.filter { !$0.hasPrefix("~") }
        globs = GlobList(outputs + own)
    }
}
