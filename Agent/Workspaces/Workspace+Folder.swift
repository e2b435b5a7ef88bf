import Glibc
package import Isolation
package import LinuxSystem

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

    /// Why a file of the checkout is not taken.
    package enum FileProblem: Error, Equatable, CustomStringConvertible {
        case leadsOut
        case missing
        case isLink
        case notRegular
        case foreign

        package var description: String {
            switch self {
            case .leadsOut: "is no path inside the checkout"
            case .missing: "is not there after the build"
            case .isLink: "is a symbolic link, or reached through one"
            case .notRegular: "is no regular file"
            case .foreign: "belongs to another user than the build's"
            }
        }
    }

    /// A regular file of the checkout that no link leads to, and that its user owns: the agent
    /// opens it with rights that this user may not have.
    ///
    /// `path`: relative to the checkout.
    package func file(
        _ path: String, of identity: ProcessIdentity?
    ) throws(FileProblem) -> String {
        let names = path.split(separator: "/")
        guard !path.utf8.contains(0), !path.hasPrefix("/"), !names.isEmpty,
            !names.contains(".."), let root = Self.real(checkout)
        else { throw .leadsOut }
        let full = ([root] + names.filter { $0 != "." }.map(String.init)).joined(separator: "/")
        var facts = stat()
        do throws(SystemCallFailure) {
            let file = try OwnedDescriptor.openWithoutLinks(full, O_RDONLY | O_NONBLOCK | O_NOCTTY)
            let number = file.rawValue
            _ = try retryingOnInterrupt("fstat", path: path) { unsafe fstat(number, &facts) }
        } catch {
            throw [ELOOP, ENOTDIR].contains(error.errno) ? .isLink : .missing
        }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        guard facts.st_uid == identity?.uid ?? geteuid() else { throw .foreign }
        return full
    }

    /// Removes something beside the checkout; nothing there is fine.
    package func remove(_ name: String) throws(SystemCallFailure) {
        try FolderTree.remove("\(folder)/\(name)")
    }

    /// What the build left in its HOME, `nil` for nothing; counting ends beyond the limit.
    package func homeBytes(upTo limit: Int64) -> Int64? {
        guard let names = try? FolderTree.names(in: home), !names.isEmpty else { return nil }
        return WrittenBytes(sinceNanoseconds: 0).count(in: home, upTo: limit)
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
