package import FleetModel
import LinuxSystem
import ProjectFile

/// What one lockfile of a checkout pins.
package struct PinnedVersions: Sendable, Equatable {
    /// Its path in the checkout.
    package let lockfile: String
    /// Once each, by name and version.
    package let versions: [LockedDependency]
}

extension Workspace {
    /// Reads lockfiles after the build, so that what a build resolved is there as well.
    ///
    /// `globs`: in the checkout; a leading `!` takes out, the last that matches decides. `nil`: all
    /// that are known, as deep as `Lockfile.searchDepth`. Links are not followed. Returns: what was
    /// read, by path, and a sentence for each file that could not be.
    package func dependencies(
        globs: [String]?
    ) -> (found: [PinnedVersions], problems: [String]) {
        var search = LockfileSearch(globs)
        do throws(SystemCallFailure) {
            let top = try FolderHandle(path: checkout)
            try search.visit(top, trail: [])
        } catch {
            search.problems.append("The lockfiles cannot be looked for: \(error)")
        }
        return (search.found.sorted { $0.lockfile < $1.lockfile }, search.problems)
    }
}

/// Walks through a checkout that a stranger filled.
struct LockfileSearch {
    static let fileLimit = 100
    static let entryLimit = 200_000
    /// Of all lockfiles together.
    static let versionLimit = 100_000
    static let byteLimit = 64 << 20
    /// For globs; the search for known names ends earlier.
    private static let depthLimit = 32

    private(set) var found: [PinnedVersions] = []
    var problems: [String] = []

    private let globs: GlobList?
    private var entries = 0
    private var bytes = 0
    private var versions = 0

    init(_ globs: [String]?) { self.globs = globs.map(GlobList.init) }

    mutating func visit(
        _ folder: borrowing FolderHandle, trail: [[UInt8]]
    ) throws(SystemCallFailure) {
        for entry in try folder.entries() {
            entries += 1
            guard entries <= Self.entryLimit, found.count < Self.fileLimit,
                versions < Self.versionLimit, bytes < Self.byteLimit
            else {
                if problems.last != Self.full { problems.append(Self.full) }
                return
            }
            let path = trail + [entry.nameBytes]
            let name = String(decoding: path[path.count - 1], as: UTF8.self)
            if entry.isFolder, isEntered(name, depth: path.count) {
                // A folder that went away meanwhile holds no lockfile.
                guard let below = try? FolderHandle(entry.name, in: folder) else { continue }
                try visit(below, trail: path)
            } else if entry.isRegular, isMeant(name, path) {
                read(entry, name, path, in: folder)
            }
        }
    }

    private static let full =
        "There are more than \(fileLimit) lockfiles, \(byteLimit >> 20) MiB of them, "
        + "\(versionLimit) versions or \(entryLimit) files: the rest is not read."

    private func isEntered(_ name: String, depth: Int) -> Bool {
        guard globs == nil else { return name != ".git" && depth < Self.depthLimit }
        return depth <= Lockfile.searchDepth && !Lockfile.isPassedOver(folder: name)
    }

    private func isMeant(_ name: String, _ path: [[UInt8]]) -> Bool {
        globs?.matches(path) ?? Lockfile.isKnown(name)
    }

    private mutating func read(
        _ entry: FolderHandle.Entry, _ name: String, _ path: [[UInt8]],
        in folder: borrowing FolderHandle
    ) {
        let shown = path.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
        guard let bytes = try? folder.bytes(entry.name, limit: Lockfile.byteLimit) else {
            problems.append(
                "\(shown) is too long, has a second name or cannot be read: "
                    + "its versions are not kept.")
            return
        }
        self.bytes += bytes.count
        var companion: [UInt8]?
        if let other = Lockfile.companion(of: name) {
            let name = Array(other.utf8CString)
            companion = (try? folder.bytes(name, limit: Lockfile.byteLimit)) ?? nil
        }
        do throws(LockfileFailure) {
            let reading = try Lockfile.read(name: name, bytes: bytes, companion: companion)
            found.append(PinnedVersions(lockfile: shown, versions: reading.versions))
            versions += reading.versions.count
            problems += reading.notes.map { "\(shown): \($0)." }
        } catch {
            problems.append("\(shown): \(error); its versions are not kept.")
        }
    }
}
