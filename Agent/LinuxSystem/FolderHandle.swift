import Glibc

/// An open folder whose entries are reached by name alone, never through a symbolic link.
///
/// Names are bytes: strangers make them, and they need not be UTF-8.
package struct FolderHandle: ~Copyable {
    let descriptor: OwnedDescriptor

    /// One entry as fstatat(2) sees it, links not followed.
    package struct Entry {
        /// With the NUL at its end.
        package let name: [CChar]
        package let isFolder: Bool
        package let isRegular: Bool
        package let isLink: Bool
        package let links: UInt64
        /// On the disk.
        package let bytes: Int64
        /// Of the content.
        package let length: Int64
        /// When its content or what is known of it was last changed, since 1970.
        package let changedNanoseconds: Int64

        /// The name without its NUL.
        package var nameBytes: [UInt8] { FolderHandle.bytes(of: name) }
    }

    /// Refuses a path whose last part is a symbolic link.
    package init(path: String) throws(SystemCallFailure) {
        descriptor = try OwnedDescriptor.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    /// Opens a folder below this one.
    package init(_ name: [CChar], in parent: borrowing FolderHandle) throws(SystemCallFailure) {
        let above = parent.descriptor.rawValue
        let number = try retryingOnInterrupt("openat", path: Self.text(name)) {
            unsafe openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        descriptor = OwnedDescriptor(adopting: number)
    }

    /// All entries but `.` and `..`, in the folder's own order.
    package func entries() throws(SystemCallFailure) -> [Entry] {
        // fdopendir(3) takes the descriptor over, so it gets one of its own.
        let number = descriptor.rawValue
        let copy = try retryingOnInterrupt("openat") {
            unsafe openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        guard let stream = unsafe fdopendir(copy) else {
            let code = errno
            close(copy)
            throw SystemCallFailure("fdopendir", errno: code)
        }
        defer { unsafe closedir(stream) }
        var found: [Entry] = []
        errno = 0
        while let record = unsafe readdir(stream) {
            let name = unsafe Self.name(of: record)
            if name != [46, 0] && name != [46, 46, 0], let entry = try entry(name) {
                found.append(entry)
            }
            errno = 0
        }
        guard errno == 0 else { throw SystemCallFailure("readdir", errno: errno) }
        return found
    }

    /// The bytes of a file below this folder.
    ///
    /// Returns: `nil` for anything but a regular file with one name, and for one that is longer
    /// than `limit`.
    package func bytes(_ name: [CChar], limit: Int) throws(SystemCallFailure) -> [UInt8]? {
        let file = try open(name)
        let facts = try Self.facts(of: file, Self.text(name))
        // A second name may be that of a file which only this process may read.
        guard facts.st_mode & S_IFMT == S_IFREG, facts.st_nlink == 1, facts.st_size <= limit
        else { return nil }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = try retryingOnInterrupt("read", path: Self.text(name)) {
                unsafe read(file.rawValue, &buffer, buffer.count)
            }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else { return nil }
        }
    }

    /// Opens an entry for reading, whatever it is but a link.
    func open(_ name: [CChar]) throws(SystemCallFailure) -> OwnedDescriptor {
        let above = descriptor.rawValue
        // A pipe that was put in the file's place must not block.
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        return OwnedDescriptor(
            adopting: try retryingOnInterrupt("openat", path: Self.text(name)) {
                unsafe openat(above, name, flags)
            })
    }

    /// What fstat(2) says of an open file; `text` names it where that fails.
    static func facts(
        of file: borrowing OwnedDescriptor, _ text: String
    ) throws(SystemCallFailure) -> stat {
        var facts = stat()
        let number = file.rawValue
        _ = try retryingOnInterrupt("fstat", path: text) { unsafe fstat(number, &facts) }
        return facts
    }

    package func unlink(_ entry: Entry) throws(SystemCallFailure) {
        let number = descriptor.rawValue
        let flags = entry.isFolder ? AT_REMOVEDIR : 0
        _ = try retryingOnInterrupt("unlinkat", path: Self.text(entry.name)) {
            unsafe unlinkat(number, entry.name, flags)
        }
    }

    /// Lets the owner list and change the folder `name`.
    ///
    /// Root needs no such right, and must not be led by a folder that turns into a link between
    /// two calls, since fchmodat(2) follows it.
    package func openUp(_ name: [CChar]) throws(SystemCallFailure) {
        guard geteuid() != 0 else { return }
        let number = descriptor.rawValue
        _ = try retryingOnInterrupt("fchmodat", path: Self.text(name)) {
            unsafe fchmodat(number, name, 0o700, 0)
        }
    }

    /// Moves the entry `name` to `newName` in another folder of the same file system.
    package func move(
        _ name: [CChar], to newName: String, in other: borrowing FolderHandle
    ) throws(SystemCallFailure) {
        let (number, target) = (descriptor.rawValue, other.descriptor.rawValue)
        _ = try retryingOnInterrupt("renameat", path: Self.text(name)) {
            unsafe renameat(number, name, target, newName)
        }
    }

    /// Changes the owner of an entry, or of this folder itself where `name` is nil.
    package func give(
        _ name: [CChar]?, toUser uid: UInt32, group gid: UInt32
    ) throws(SystemCallFailure) {
        let number = descriptor.rawValue
        _ = try retryingOnInterrupt("fchownat", path: name.map(Self.text)) {
            guard let name else { return fchown(number, uid, gid) }
            return unsafe fchownat(number, name, uid, gid, AT_SYMLINK_NOFOLLOW)
        }
    }

    private func entry(_ name: [CChar]) throws(SystemCallFailure) -> Entry? {
        var facts = stat()
        let number = descriptor.rawValue
        let status = unsafe fstatat(number, name, &facts, AT_SYMLINK_NOFOLLOW)
        if status != 0 {
            if errno == ENOENT { return nil }
            throw SystemCallFailure("fstatat", path: Self.text(name), errno: errno)
        }
        let kind = facts.st_mode & S_IFMT
        return Entry(
            name: name, isFolder: kind == S_IFDIR, isRegular: kind == S_IFREG,
            isLink: kind == S_IFLNK, links: UInt64(facts.st_nlink),
            bytes: Int64(facts.st_blocks).multipliedReportingOverflow(by: 512).partialValue,
            length: Int64(facts.st_size),
            changedNanoseconds: Int64(facts.st_ctim.tv_sec)
                .multipliedReportingOverflow(by: 1_000_000_000).partialValue
                &+ Int64(facts.st_ctim.tv_nsec))
    }

    private static func name(of record: UnsafeMutablePointer<dirent>) -> [CChar] {
        unsafe withUnsafePointer(to: &record.pointee.d_name) { pointer in
            let start = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self)
            let length = unsafe strlen(start)
            return unsafe Array(UnsafeBufferPointer(start: start, count: length + 1))
        }
    }

    static func text(_ name: [CChar]) -> String {
        String(decoding: bytes(of: name), as: UTF8.self)
    }

    /// Without the NUL at its end.
    package static func bytes(of name: [CChar]) -> [UInt8] {
        name.dropLast().map { UInt8(bitPattern: $0) }
    }
}
