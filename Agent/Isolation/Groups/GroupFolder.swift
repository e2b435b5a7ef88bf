import Glibc
import LinuxSystem

/// One control group's folder and its files (cgroups(7)).
struct GroupFolder: Sendable, Equatable {
    let tree: KernelTree
    /// As on a real host: `/sys/fs/cgroup/memory/fleetmark-run-1-1`.
    let path: String

    func below(_ name: String) -> GroupFolder {
        GroupFolder(tree: tree, path: path == "/" ? "/" + name : path + "/" + name)
    }

    var name: String { String(path.split(separator: "/").last ?? "") }

    /// `nil` at the top of the tree.
    var parent: GroupFolder? {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return nil }
        return GroupFolder(tree: tree, path: String(path[..<slash]))
    }

    var exists: Bool { tree.isFolder(path) }

    /// Made if it is missing.
    func make() throws(SystemCallFailure) {
        let name = tree.root + path
        guard unsafe mkdir(name, 0o755) != 0, errno != EEXIST else { return }
        throw SystemCallFailure("mkdir", path: path, errno: errno)
    }

    /// Without its line end; `nil` when it cannot be read.
    func text(_ file: String) -> String? {
        (try? tree.text("\(path)/\(file)"))?.trimmingWhitespace()
    }

    func number(_ file: String) -> Int64? { text(file).flatMap { Int64($0) } }

    /// The numbers of a file with one `key value` a line.
    func numbers(_ file: String) -> [String: Int64] {
        var found: [String: Int64] = [:]
        for line in (text(file) ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, let value = Int64(words[1]) { found[String(words[0])] = value }
        }
        return found
    }

    /// One write(2) of the whole text, as these files want it.
    func write(_ text: String, to file: String) throws(SystemCallFailure) {
        let name = "\(path)/\(file)"
        let descriptor = try OwnedDescriptor.open(tree.root + name, O_WRONLY)
        let number = descriptor.rawValue
        let bytes = Array(text.utf8)
        _ = try retryingOnInterrupt("write", path: name) {
            unsafe Glibc.write(number, bytes, bytes.count)
        }
    }

    func open(_ file: String? = nil) throws(SystemCallFailure) -> OwnedDescriptor {
        guard let file else {
            return try OwnedDescriptor.open(tree.root + path, O_RDONLY | O_DIRECTORY)
        }
        return try OwnedDescriptor.open("\(tree.root)\(path)/\(file)", O_WRONLY)
    }

    /// Names of the groups below, ascending.
    var children: [String] { tree.names(in: path).filter { below($0).exists } }

    /// Whether it is gone; EBUSY while a process of it still ends.
    func remove() -> Bool {
        let name = tree.root + path
        return unsafe rmdir(name) == 0 || errno == ENOENT
    }
}
