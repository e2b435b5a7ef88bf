import FleetModel
import Storage

/// What the lockfiles of a run pin, and what is not the same for the base.
struct DependencyTable: Hashable, Sendable {
    private static let rowLimit = 40

    /// `3 changed of 214 versions in Cargo.lock`.
    let summary: String
    let rows: [Row]
    let hasRows: Bool
    /// Changes beyond those shown.
    let hidden: Int?
    let document: String

    struct Row: Hashable, Sendable {
        let name: ForeignText
        let place: ForeignText
        /// `added`, `removed`, or the versions.
        let old: ForeignText?
        let new: ForeignText?
        let isOtherSource: Bool

        init(_ change: DependencyChange) {
            name = ForeignText(change.any?.name ?? "", limit: 120)
            let cells = change.cells.map(\.text).joined(separator: "; ")
            place = ForeignText(
                "\(change.any?.ecosystem ?? ""), \(change.lockfile)"
                    + (change.isDirect ? ", direct" : "") + (cells.isEmpty ? "" : ", in \(cells)"),
                limit: 200)
            old = change.old.map { ForeignText($0.version, limit: 60) }
            new = change.new.map { ForeignText($0.version, limit: 60) }
            isOtherSource = change.old != nil && change.old?.version == change.new?.version
        }
    }

    /// Nil where no lockfile was found. `base`: nil without a base.
    init?(
        _ lockfiles: [DependencyStore.Lockfile], base: [DependencyStore.Lockfile]?,
        of run: RunID
    ) {
        guard !lockfiles.isEmpty || base?.isEmpty == false else { return nil }
        let count = lockfiles.reduce(0) { $0 + $1.versions.count }
        // One that is not the same in all cells of the matrix is there several times.
        let paths = Set(lockfiles.map(\.path))
        let files =
            paths.count == 1
            ? lockfiles[0].path : RunVerdict.counted(paths.count, "lockfile")
        let all = "\(RunVerdict.counted(count, "version")) in \(files)"
        let changes = base.map { DependencyChange.changes(from: $0, to: lockfiles) } ?? []
        rows = changes.prefix(Self.rowLimit).map(Row.init)
        hasRows = !rows.isEmpty
        hidden = changes.count > Self.rowLimit ? changes.count - Self.rowLimit : nil
        summary =
            base == nil
            ? all
            : changes.isEmpty
                ? "\(all), equal to the base's" : "\(changes.count) not as in the base, \(all)"
        document = DocumentPath.dependencies(run).text
    }
}
