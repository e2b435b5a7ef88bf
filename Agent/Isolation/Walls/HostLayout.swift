import Glibc
package import LinuxSystem

/// Which of the folders that programs come from this host has.
package struct HostLayout: Sendable, Equatable {
    enum Entry: Sendable, Equatable {
        case folder(String)
        /// As on systems where `/bin` leads to `/usr/bin`.
        case link(String, text: String)
    }

    private static let candidates = [
        "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/nix",
    ]

    let entries: [Entry]

    /// Reads the top of a file system.
    package init(reading tree: KernelTree = KernelTree()) {
        entries = Self.candidates.compactMap { path in
            var facts = stat()
            guard unsafe lstat(tree.root + path, &facts) == 0 else { return nil }
            switch facts.st_mode & S_IFMT {
            case S_IFDIR: return .folder(path)
            case S_IFLNK: return Self.text(of: tree.root + path).map { .link(path, text: $0) }
            default: return nil
            }
        }
    }

    private static func text(of link: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(link, &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
