import LinuxSystem

/// Counts the blocks of files below a folder that were changed since a moment.
///
/// A stranger fills the folder meanwhile: links are not followed, and what vanishes or is too deep
/// is passed over.
package struct WrittenBytes {
    private static let deepest = 200

    /// Wall clock since 1970, as files are stamped.
    private let since: Int64

    package init(sinceNanoseconds since: Int64) { self.since = since }

    /// `limit`: counting ends beyond it.
    package func count(in folder: String, upTo limit: Int64) -> Int64 {
        var bytes: Int64 = 0
        if let top = try? FolderHandle(path: folder) { count(top, limit, 0, &bytes) }
        return bytes
    }

    private func count(
        _ folder: borrowing FolderHandle, _ limit: Int64, _ depth: Int, _ bytes: inout Int64
    ) {
        guard depth < Self.deepest, let entries = try? folder.entries() else { return }
        for entry in entries where bytes <= limit {
            if entry.isFolder {
                guard let below = try? FolderHandle(entry.name, in: folder) else { continue }
                count(below, limit, depth + 1, &bytes)
            } else if entry.isRegular, entry.changedNanoseconds >= since {
                bytes += entry.bytes
            }
        }
    }
}
