import Glibc

extension Workspace {
    /// A folder inside the checkout, symbolic links resolved (realpath(3)).
    ///
    /// `path`: relative to the checkout. Returns: `nil` for what is no folder there or leads out.
    package func folder(_ path: String) -> String? {
        guard !path.utf8.contains(0), !path.hasPrefix("/"), let root = Self.real(checkout),
            let found = Self.real("\(root)/\(path)"), found == root || found.hasPrefix(root + "/")
        else { return nil }
        return checkout + found.dropFirst(root.count)
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
