import Glibc
import Isolation
import LinuxSystem

/// Makes, hands over and removes whole folders, in which a stranger may have put anything.
enum FolderTree {
    /// Open folders at a time while removing; deeper ones are moved up first.
    private static let removalDepth = 32
    /// Deepest checkout that is handed over; each level holds one descriptor.
    private static let handoverDepth = 200

    /// Makes a folder and those above it; existing ones are left as they are.
    static func make(_ path: String, mode: mode_t) throws(SystemCallFailure) {
        if unsafe mkdir(path, mode) == 0 {
            // mkdir(2) heeds the umask; the mode here is meant exactly.
            _ = unsafe chmod(path, mode)
            return
        }
        switch errno {
        case EEXIST: return
        case ENOENT:
            let parent = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
            guard !parent.isEmpty else {
                throw SystemCallFailure("mkdir", path: path, errno: ENOENT)
            }
            try make(String(parent), mode: 0o711)
            try make(path, mode: mode)
        case let code: throw SystemCallFailure("mkdir", path: path, errno: code)
        }
    }

    static func exists(_ path: String) -> Bool {
        var facts = stat()
        return unsafe lstat(path, &facts) == 0
    }

    /// Removes whatever is at the path; links are removed, never followed. Nothing there is fine.
    static func remove(_ path: String) throws(SystemCallFailure) {
        var facts = stat()
        guard unsafe lstat(path, &facts) == 0 else {
            if errno == ENOENT { return }
            throw SystemCallFailure("lstat", path: path, errno: errno)
        }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            _ = try retryingOnInterrupt("unlink", path: path) { unsafe unlink(path) }
            return
        }
        _ = unsafe chmod(path, 0o700)
        try empty(path)
        _ = try retryingOnInterrupt("rmdir", path: path) { unsafe rmdir(path) }
    }

    /// The names in a folder that are UTF-8; empty when there is no such folder.
    static func names(in path: String) throws(SystemCallFailure) -> [String] {
        guard exists(path) else { return [] }
        return try FolderHandle(path: path).entries().compactMap {
            String(validating: $0.nameBytes, as: UTF8.self)
        }
    }

    /// Makes the identity own the folder and all below it; links themselves, not their targets.
    ///
    /// A file with several names is refused: one of them may lie outside.
    static func give(
        _ path: String, to identity: ProcessIdentity
    ) throws(SystemCallFailure) {
        let top = try FolderHandle(path: path)
        try give(top, to: identity, depth: 0, path: path)
    }

    private static func give(
        _ folder: borrowing FolderHandle, to identity: ProcessIdentity, depth: Int, path: String
    ) throws(SystemCallFailure) {
        guard depth < handoverDepth else {
            throw SystemCallFailure("chown", path: path, errno: ELOOP)
        }
        for entry in try folder.entries() {
            if entry.isFolder {
                let below = try FolderHandle(entry.name, in: folder)
                try give(below, to: identity, depth: depth + 1, path: path)
            } else {
                guard !entry.isRegular || entry.links == 1 else {
                    throw SystemCallFailure("chown", path: path, errno: EMLINK)
                }
                try folder.give(entry.name, toUser: identity.uid, group: identity.gid)
            }
        }
        try folder.give(nil, toUser: identity.uid, group: identity.gid)
    }

    /// Removes what is in a folder; `kept`: the name of one entry that stays.
    static func empty(_ path: String, except kept: String? = nil) throws(SystemCallFailure) {
        let top = try FolderHandle(path: path)
        let kept = kept.map { Array($0.utf8CString) }
        var moved = 0
        // What was too deep has come up into the top folder, so look again until it is empty.
        while true {
            let entries = try top.entries().filter { $0.name != kept }
            if entries.isEmpty { return }
            for entry in entries {
                try remove(entry, from: top, top: top, depth: 1, moved: &moved)
            }
        }
    }

    private static func remove(
        _ entry: FolderHandle.Entry, from folder: borrowing FolderHandle,
        top: borrowing FolderHandle, depth: Int, moved: inout Int
    ) throws(SystemCallFailure) {
        if entry.isFolder {
            try folder.openUp(entry.name)
            if depth >= removalDepth {
                moved += 1
                return try folder.move(entry.name, to: ".fleetmark-deep-\(moved)", in: top)
            }
            let below = try FolderHandle(entry.name, in: folder)
            for inner in try below.entries() {
                try remove(inner, from: below, top: top, depth: depth + 1, moved: &moved)
            }
        }
        try folder.unlink(entry)
    }
}
