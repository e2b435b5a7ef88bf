package import FleetModel

/// A version that is not the same on two sides.
package struct DependencyChange: Hashable, Sendable {
    package let lockfile: String
    /// Nothing for one that was added.
    package let old: LockedDependency?
    /// Nothing for one that was removed.
    package let new: LockedDependency?
    /// The cells of the matrix in which it is so; empty where it is in all of them.
    package private(set) var cells: [Parameters] = []

    /// Of either side: one is there.
    package var any: LockedDependency? { new ?? old }
    /// Direct on either side.
    package var isDirect: Bool { old?.isDirect == true || new?.isDirect == true }

    /// What differs, direct ones first. The same version with another digest differs.
    ///
    /// A name may have several versions in one lockfile: those that only one side has are put
    /// against each other in their order. Where lockfiles are not the same in all cells of the
    /// matrix, each cell that both sides have is looked at by itself.
    package static func changes(
        from old: [DependencyStore.Lockfile], to new: [DependencyStore.Lockfile]
    ) -> [DependencyChange] {
        let cells = Set((old + new).flatMap(\.cells)).filter { cell in
            [old, new].allSatisfy { side in side.isEmpty || side.contains { $0.isOf(cell) } }
        }
        guard !cells.isEmpty else { return between(old, new).sorted { $0.order < $1.order } }
        var found: [DependencyChange: [Parameters]] = [:]
        for cell in cells.sorted(by: { $0.canonicalText < $1.canonicalText }) {
            for change in between(old.filter { $0.isOf(cell) }, new.filter { $0.isOf(cell) }) {
                found[change, default: []].append(cell)
            }
        }
        return found.map { change, own in
            var change = change
            if own.count < cells.count { change.cells = own }
            return change
        }.sorted { $0.order < $1.order }
    }

    private static func between(
        _ old: [DependencyStore.Lockfile], _ new: [DependencyStore.Lockfile]
    ) -> [DependencyChange] {
        let (before, after) = (Self.versions(old), Self.versions(new))
        return Set(before.keys).union(after.keys).flatMap { key -> [DependencyChange] in
            let (was, now) = (before[key] ?? [:], after[key] ?? [:])
            let gone = was.filter { now[$0.key] == nil }.map(\.value).sorted(by: Self.precedes)
            let come = now.filter { was[$0.key] == nil }.map(\.value).sorted(by: Self.precedes)
            return (0..<max(gone.count, come.count)).map { place in
                DependencyChange(
                    lockfile: key.lockfile, old: place < gone.count ? gone[place] : nil,
                    new: place < come.count ? come[place] : nil)
            }
        }
    }

    private struct Key: Hashable {
        let lockfile: String
        let ecosystem: String
        let name: String
    }

    private var order: (Int, String, String, String, String) {
        let any = any
        return (
            isDirect ? 0 : 1, lockfile, any?.ecosystem ?? "", any?.name ?? "",
            (old?.version ?? "") + "\t" + (new?.version ?? "") + "\t"
                + cells.map(\.canonicalText).joined()
        )
    }

    private static func versions(
        _ lockfiles: [DependencyStore.Lockfile]
    ) -> [Key: [[String]: LockedDependency]] {
        var found: [Key: [[String]: LockedDependency]] = [:]
        for lockfile in lockfiles {
            for version in lockfile.versions {
                let key = Key(
                    lockfile: lockfile.path, ecosystem: version.ecosystem, name: version.name)
                found[key, default: [:]][[version.version, version.digest ?? ""]] = version
            }
        }
        return found
    }

    private static func precedes(_ one: LockedDependency, _ other: LockedDependency) -> Bool {
        (one.version, one.digest ?? "") < (other.version, other.digest ?? "")
    }
}

extension DependencyStore.Lockfile {
    fileprivate func isOf(_ cell: Parameters) -> Bool { cells.isEmpty || cells.contains(cell) }
}
