/// Which lockfiles are recorded.
package struct DependencyPlan: Sendable {
    package enum Mode: String, Sendable { case pinned, floating }

    /// Nothing: all known ones; empty: none.
    package let lockfiles: [String]?
    package let mode: Mode

    init(_ table: SettingTable) {
        lockfiles = table["lockfiles"]?.texts
        mode = table.word("mode")
    }
}
