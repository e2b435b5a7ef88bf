import LinuxSystem

/// How large the outputs of a build are, by the pattern that means them: files may have other names
/// in each build.
struct OutputSizes {
    private static let entryLimit = 1_000_000
    private static let depthLimit = 200

    private let globs: GlobList
    private var bytes: [String: Int64] = [:]
    private var entries = 0

    init(_ globs: [String]) { self.globs = GlobList(globs) }

    /// In the order of the patterns; those that mean nothing are left out.
    var found: [(glob: String, bytes: Int64)] {
        globs.entries.compactMap { entry in bytes[entry.text].map { (entry.text, $0) } }
    }

    /// Folders that cannot be read count as empty. `meant`: the pattern that means the folder.
    mutating func visit(
        _ folder: borrowing FolderHandle, trail: [[UInt8]] = [], meant: String? = nil
    ) {
        guard trail.count < Self.depthLimit, let all = try? folder.entries() else { return }
        for entry in all {
            entries += 1
            guard entries <= Self.entryLimit else { return }
            let path = trail + [entry.nameBytes]
            var meant = meant
            if let last = globs.last(on: path) {
                meant = last.isExclusion ? nil : last.text
            }
            if entry.isFolder, path != [Array(".git".utf8)] {
                guard let below = try? FolderHandle(entry.name, in: folder) else { continue }
                visit(below, trail: path, meant: meant)
            } else if entry.isRegular, let meant {
                bytes[meant, default: 0] += entry.length
            }
        }
    }
}

extension Workspace {
    /// The bytes of all regular files that each glob means, the last that matches first.
    package func sizes(of globs: [String]) -> [(glob: String, bytes: Int64)] {
        var sizes = OutputSizes(globs)
        if let top = try? FolderHandle(path: checkout) { sizes.visit(top) }
        return sizes.found
    }
}
