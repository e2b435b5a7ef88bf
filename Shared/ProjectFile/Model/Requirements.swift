/// What a host must have (project-file.md section 2.6).
package struct Requirements: Sendable {
    package enum Spread: String, Sendable { case one, each }

    /// Label → values of which one must stand on the host.
    package let labels: [String: [String]]
    package let capabilities: [String]
    /// Empty: any.
    package let architectures: [String]
    package let cpus: Int?
    package let memoryBytes: Int64?
    package let spread: Spread

    init(_ table: SettingTable) {
        labels = table.textLists(byName: "labels")
        capabilities = table.texts("capabilities")
        architectures = table.texts("arch")
        cpus = table.integer("cpus")
        memoryBytes = table["memory"]?.bytes
        spread = table.optionalWord("on") ?? .one
    }
}
