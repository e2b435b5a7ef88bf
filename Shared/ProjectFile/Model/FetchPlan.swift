/// How the commit gets onto the host (project-file.md section 2.2).
package struct FetchPlan: Sendable {
    package enum Submodules: String, Sendable {
        case none, top, recursive
    }

    package enum LargeFiles: Sendable, Equatable {
        case off, all
        case matching([String])
    }

    /// Nothing: recursive where the commit has `.gitmodules`.
    package let submodules: Submodules?
    package let largeFiles: LargeFiles
    /// Commits of history; nothing means all.
    package let depth: Int?

    init(_ table: SettingTable) {
        submodules = table.optionalWord("submodules")
        depth = table.integer("depth")
        largeFiles =
            switch table["lfs"]?.boolean {
            case true?: .all
            case false?: .off
            case nil: .matching(table.texts("lfs"))
            }
    }
}
