import FleetModel
import GitRemote

/// One submodule that a `.gitmodules` declares, checked: its folder lies inside the checkout and
/// its address follows the rules of all addresses.
struct SubmoduleEntry: Equatable {
    /// Relative to the checkout that declares it.
    let path: String
    let url: RemoteURL

    private static let countLimit = 200

    /// All that a `.gitmodules` declares, ascending by path.
    ///
    /// `listing` is `git config -z --list`: `key<LF>value<NUL>`, keys in git's spelling. Relative
    /// addresses start at the parent's.
    static func entries(
        _ listing: [UInt8], parent: RemoteURL, allowing transports: Set<RemoteURL.Transport>
    ) throws(WorkspaceFailure) -> [SubmoduleEntry] {
        var paths: [String: String] = [:]
        var addresses: [String: String] = [:]
        for record in listing.split(separator: 0) {
            let text = String(decoding: record, as: UTF8.self)
            guard text.hasPrefix("submodule."), let lineEnd = text.firstIndex(of: "\n"),
                let dot = text[..<lineEnd].lastIndex(of: "."), dot > text.startIndex
            else { continue }
            let name = String(text[..<dot].dropFirst("submodule.".count))
            let value = String(text[text.index(after: lineEnd)...])
            switch text[text.index(after: dot)..<lineEnd] {
            case "path": paths[name] = value
            case "url": addresses[name] = value
            default: break
            }
        }
        guard paths.count <= countLimit else {
            throw .submoduleRefused(path: "", reason: "more than \(countLimit) are declared")
        }
        var entries: [SubmoduleEntry] = []
        for (name, path) in paths.sorted(by: { $0.value < $1.value }) {
            try checkPath(path)
            guard let address = addresses[name] else {
                throw .submoduleRefused(path: path, reason: "it has no address")
            }
            let url = try resolve(address, path: path, parent: parent, transports)
            entries.append(SubmoduleEntry(path: path, url: url))
        }
        return entries
    }

    private static func checkPath(_ path: String) throws(WorkspaceFailure) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0x5C }
        guard !path.isEmpty, path.utf8.count <= 1024, isPlain, !path.hasPrefix("-"),
            parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
        else {
            let shown = String(path.prefix(80)).filter { !$0.isNewline }
            throw .submoduleRefused(path: shown, reason: "its path leaves the checkout")
        }
        let meansGitFolder = parts.contains { part in
            let lower = part.lowercased()
            return lower == ".git" || lower.hasPrefix("git~")
                || lower.hasPrefix(".git ") || lower.hasPrefix(".git.")
        }
        guard !meansGitFolder else {
            throw .submoduleRefused(path: path, reason: "its path names git's own folder")
        }
    }

    /// A file remote is for a repository that itself came from a file: a stranger's repository
    /// must not reach into this machine.
    private static func resolve(
        _ address: String, path: String, parent: RemoteURL,
        _ transports: Set<RemoteURL.Transport>
    ) throws(WorkspaceFailure) -> RemoteURL {
        var allowed = transports
        if parent.transport != .file { allowed.remove(.file) }
        do throws(RemoteURLFailure) {
            let isRelative = address.hasPrefix("./") || address.hasPrefix("../")
            let text = isRelative ? try absolute(address, from: parent) : address
            return try RemoteURL(text, allowing: allowed)
        } catch {
            throw .submoduleRefused(path: path, reason: "\(error)")
        }
    }

    /// As git-submodule(1), "add": each `../` takes one part off the parent's address.
    private static func absolute(
        _ address: String, from parent: RemoteURL
    ) throws(RemoteURLFailure) -> String {
        var base = parent.text[...]
        var rest = address[...]
        while base.hasSuffix("/") { base.removeLast() }
        let root = base.dropLast(parent.path.count)
        while true {
            if rest.hasPrefix("./") {
                rest = rest.dropFirst(2)
            } else if rest.hasPrefix("../") {
                rest = rest.dropFirst(3)
                guard let slash = base.lastIndex(of: "/"), slash >= root.endIndex else {
                    throw .malformed("it climbs above the parent's server")
                }
                base = base[..<slash]
            } else {
                break
            }
        }
        return "\(base)/\(rest)"
    }
}
