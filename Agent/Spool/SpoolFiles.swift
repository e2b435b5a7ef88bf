import FoundationEssentials
import Glibc

/// The few file operations that must survive a power cut: each ends with fsync (fsync(2)).
enum SpoolFiles {
    /// Makes the entries of a directory durable.
    static func synchronise(directory path: String) throws(SpoolFailure) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("fsync", path, errno) }
    }

    static func makeDirectory(_ path: String) throws(SpoolFailure) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw failure("mkdir", path, errno)
        }
    }

    /// Renames inside one directory, which is synchronised after it.
    static func rename(
        _ old: String, to new: String, in directory: String
    ) throws(SpoolFailure) {
        guard Glibc.rename(directory + "/" + old, directory + "/" + new) == 0 else {
            throw failure("rename", directory + "/" + old, errno)
        }
        try synchronise(directory: directory)
    }

    static func removeTree(_ path: String) throws(SpoolFailure) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw .storage(operation: "remove", path: path, reason: "\(error)")
        }
    }

    /// Names of the directories inside a directory, sorted.
    static func directories(in path: String) throws(SpoolFailure) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw .storage(operation: "list", path: path, reason: "\(error)")
        }
        return names.sorted().filter { isDirectory(path + "/" + $0) }
    }

    static func failure(_ operation: String, _ path: String, _ code: Int32) -> SpoolFailure {
        guard code != ENOSPC, code != EDQUOT else { return .full }
        return .storage(operation: operation, path: path, reason: String(cString: strerror(code)))
    }

    /// Symbolic links are not followed: they are no part of a spool.
    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
