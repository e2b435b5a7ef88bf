/// Variables and tools of all steps.
package struct EnvironmentPlan: Sendable {
    package let variables: [String: Template]
    /// Folders of the workspace, put before `PATH` in this order.
    package let path: [Template]
    /// Tool → version that the host must have.
    package let tools: [String: String]

    init(_ table: SettingTable) {
        variables = table.templates(byName: "set")
        path = table.templates("path")
        tools = table.templates(byName: "tools").compactMapValues(\.resolved)
    }

    /// Whether a project file may set a variable of this name.
    package static func mayHave(_ name: String) -> Bool {
        do throws(TextFault) {
            try PlainText.checkVariable(name)
            return true
        } catch {
            return false
        }
    }
}
