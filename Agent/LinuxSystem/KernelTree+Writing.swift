import Glibc

/// What the host's tuning does to the kernel's files; the real tree, or a scripted one in tests.
package protocol KernelFiles: Sendable {
    func content(of path: String) throws(SystemCallFailure) -> String
    func write(_ text: String, to path: String) throws(SystemCallFailure)
    /// Names in a folder, ascending, without those that begin with a dot; empty without the folder.
    func names(in folder: String) -> [String]
    func isFolder(_ path: String) -> Bool
    func makeFolder(_ path: String) throws(SystemCallFailure)
    func removeFolder(_ path: String) throws(SystemCallFailure)
    /// Mounts a file system of this type on a folder (mount(2)).
    func mount(_ type: String, on path: String) throws(SystemCallFailure)
    func unmount(_ path: String) throws(SystemCallFailure)
    /// Opens a device for writing, to be held open.
    func openDevice(_ path: String) throws(SystemCallFailure) -> OwnedDescriptor
}

extension KernelFiles {
    /// The trimmed text of a file; `nil` where it is missing, unreadable or empty.
    package func line(_ path: String) -> String? {
        guard let text = try? content(of: path).trimmingWhitespace() else { return nil }
        return text.isEmpty ? nil : text
    }

    package func number(_ path: String) -> Int? { line(path).flatMap { Int($0) } }

    package func exists(_ path: String) -> Bool { (try? content(of: path)) != nil }
}

extension KernelTree: KernelFiles {
    package func content(of path: String) throws(SystemCallFailure) -> String {
        try text(path)
    }

    /// In one write(2), as files of the kernel want it; an existing file only.
    package func write(_ text: String, to path: String) throws(SystemCallFailure) {
        let file = try OwnedDescriptor.open(root + path, O_WRONLY | O_TRUNC | O_NOCTTY)
        let bytes = Array(text.utf8)
        let number = file.rawValue
        let written = try retryingOnInterrupt("write", path: path) {
            unsafe bytes.withUnsafeBytes { all in
                unsafe Glibc.write(number, all.baseAddress, all.count)
            }
        }
        guard written == bytes.count else {
            throw SystemCallFailure("write", path: path, errno: EIO)
        }
    }

    package func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(root + folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let bytes = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { name in
                unsafe Array(name.prefix { $0 != 0 })
            }
            let name = String(decoding: bytes, as: UTF8.self)
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    package func isFolder(_ path: String) -> Bool {
        guard let stream = unsafe opendir(root + path) else { return false }
        unsafe closedir(stream)
        return true
    }

    package func makeFolder(_ path: String) throws(SystemCallFailure) {
        let place = root + path
        _ = try retryingOnInterrupt("mkdir", path: path) { unsafe mkdir(place, 0o755) }
    }

    package func removeFolder(_ path: String) throws(SystemCallFailure) {
        let place = root + path
        _ = try retryingOnInterrupt("rmdir", path: path) { unsafe rmdir(place) }
    }

    package func mount(_ type: String, on path: String) throws(SystemCallFailure) {
        let place = root + path
        _ = try retryingOnInterrupt("mount", path: path) {
            unsafe Glibc.mount(type, place, type, 0, nil)
        }
    }

    package func unmount(_ path: String) throws(SystemCallFailure) {
        let place = root + path
        _ = try retryingOnInterrupt("umount", path: path) { unsafe umount(place) }
    }

    package func openDevice(_ path: String) throws(SystemCallFailure) -> OwnedDescriptor {
        try OwnedDescriptor.open(root + path, O_WRONLY)
    }
}
