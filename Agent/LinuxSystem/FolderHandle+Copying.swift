import Glibc

extension FolderHandle {
    /// Makes a folder that only its owner may enter, and opens it.
    package init(
        making name: [CChar], in parent: borrowing FolderHandle
    ) throws(SystemCallFailure) {
        let above = parent.descriptor.rawValue
        _ = try retryingOnInterrupt("mkdirat", path: Self.text(name)) {
            unsafe mkdirat(above, name, 0o700)
        }
        try self.init(name, in: parent)
    }

    /// Removes a file or link; none there is fine.
    package func forget(_ name: [CChar]) throws(SystemCallFailure) {
        let number = descriptor.rawValue
        guard unsafe unlinkat(number, name, 0) != 0, errno != ENOENT else { return }
        throw SystemCallFailure("unlinkat", path: Self.text(name), errno: errno)
    }

    /// What a copy of a file found.
    package enum FileCopy: Equatable, Sendable {
        case copied(bytes: Int64)
        /// Longer than the limit; nothing was made.
        case tooLong
        /// It is another user's, or no regular file.
        case foreign
    }

    /// Makes a file of the same name, content, rights and time in another folder.
    ///
    /// Rights beyond reading, writing and executing are dropped. `owner`: whose file it must be, so
    /// that no second name of a stranger's file is followed.
    package func copyFile(
        _ name: [CChar], of owner: UInt32, limit: Int64, into target: borrowing FolderHandle
    ) throws(SystemCallFailure) -> FileCopy {
        let (below, text) = (target.descriptor.rawValue, Self.text(name))
        let source = try open(name)
        let facts = try Self.facts(of: source, text)
        guard facts.st_mode & S_IFMT == S_IFREG, facts.st_uid == owner else { return .foreign }
        guard Int64(facts.st_size) <= limit else { return .tooLong }
        let copy = OwnedDescriptor(
            adopting: try retryingOnInterrupt("openat", path: text) {
                unsafe openat(below, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            })
        let bytes = try Self.copy(source, to: copy, limit: limit, text)
        try Self.give(facts, to: copy, text)
        return .copied(bytes: bytes)
    }

    /// Makes the same symbolic link in another folder; where it leads is not looked at.
    package func copyLink(
        _ name: [CChar], into target: borrowing FolderHandle
    ) throws(SystemCallFailure) {
        let (above, below) = (descriptor.rawValue, target.descriptor.rawValue)
        var place = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = try retryingOnInterrupt("readlinkat", path: Self.text(name)) {
            unsafe readlinkat(above, name, &place, Int(PATH_MAX))
        }
        place[count] = 0
        _ = try retryingOnInterrupt("symlinkat", path: Self.text(name)) {
            unsafe symlinkat(place, below, name)
        }
    }

    /// Gives another folder this one's rights and time.
    package func giveFacts(to other: borrowing FolderHandle) throws(SystemCallFailure) {
        try Self.give(try Self.facts(of: descriptor, "."), to: other.descriptor, ".")
    }

    private static func give(
        _ facts: stat, to file: borrowing OwnedDescriptor, _ text: String
    ) throws(SystemCallFailure) {
        let number = file.rawValue
        _ = try retryingOnInterrupt("fchmod", path: text) { fchmod(number, facts.st_mode & 0o777) }
        let times = [facts.st_atim, facts.st_mtim]
        _ = try retryingOnInterrupt("futimens", path: text) { unsafe futimens(number, times) }
    }

    /// A file that grows while it is copied ends at the limit.
    private static func copy(
        _ source: borrowing OwnedDescriptor, to target: borrowing OwnedDescriptor, limit: Int64,
        _ text: String
    ) throws(SystemCallFailure) -> Int64 {
        let (from, into) = (source.rawValue, target.rawValue)
        var copied: Int64 = 0
        while copied < limit {
            let room = Int(min(limit - copied, 1 << 30))
            let count = try retryingOnInterrupt("sendfile", path: text) {
                sendfile(into, from, nil, room)
            }
            guard count > 0 else { break }
            copied += Int64(count)
        }
        return copied
    }
}
