import Glibc
import LinuxSystem

/// What the groups above one launch's partition had set aside before, until it is put back.
///
/// Kept in a file that is there before the first change, so that the next start can put back what a
/// killed agent could not. The file is in memory like the values: a boot takes both away.
struct PartitionRecord: Sendable {
    struct Entry: Sendable, Equatable {
        /// Of the group.
        let path: String
        let original: String
        let wanted: String
    }

    static let folder = "/run/fleetmark"
    static let file = "cpuset.cpus.exclusive"

    private let tree: KernelTree
    /// The run group's.
    private let name: String
    /// Upwards.
    let entries: [Entry]

    /// Writes the file.
    init(_ tree: KernelTree, name: String, _ entries: [Entry]) throws(SystemCallFailure) {
        self.tree = tree
        self.name = name
        self.entries = entries
        let folder = tree.root + Self.folder
        guard unsafe mkdir(folder, 0o755) == 0 || errno == EEXIST else {
            throw SystemCallFailure("mkdir", path: Self.folder, errno: errno)
        }
        let file = try OwnedDescriptor.open(
            place, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
        let lines = entries.map { "\($0.path)\t\($0.original)\t\($0.wanted)\n" }
        try file.write(Array(lines.joined().utf8))
    }

    /// One that an ended agent left; lines that were cut off say that nothing was changed yet.
    private init(reading tree: KernelTree, name: String) {
        self.tree = tree
        self.name = name
        let text = (try? tree.text("\(Self.folder)/\(name)")) ?? ""
        let whole = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        entries = whole.compactMap { line in
            let words = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard words.count == 3 else { return nil }
            return Entry(
                path: String(words[0]), original: String(words[1]), wanted: String(words[2]))
        }
    }

    private var place: String { "\(tree.root)\(Self.folder)/\(name)" }

    /// Sets processors aside from the top down; the kernel's refusal shows in the partition itself.
    func reserve() {
        for entry in entries.reversed() {
            try? group(entry).write(entry.wanted, to: Self.file)
        }
    }

    /// Puts back what nobody else has changed meanwhile, and forgets it.
    func restore() {
        for entry in entries {
            let now = group(entry).text(Self.file).flatMap(CPUList.parse)
            guard let now, Set(now) == Set(CPUList.parse(entry.wanted) ?? []) else { continue }
            // An empty write would be ignored; a line end clears the list.
            try? group(entry).write(entry.original + "\n", to: Self.file)
        }
        unsafe unlink(place)
    }

    private func group(_ entry: Entry) -> GroupFolder {
        GroupFolder(tree: tree, path: entry.path)
    }

    /// Puts back what agents that are gone had set aside. `isGone`: of the name of a run group.
    static func sweep(_ tree: KernelTree, where isGone: (String) -> Bool) {
        for name in tree.names(in: folder)
        where name.hasPrefix(ControlGroups.prefix) && isGone(name) {
            PartitionRecord(reading: tree, name: name).restore()
        }
    }
}
