package import ProjectFile

/// What a valid project file may ask for and this version cannot do. Such a file is refused: its
/// benchmarks are never measured in another way than it says.
package enum UnsupportedKeys {
    /// For people; nil when all of the file can be done.
    package static func refusal(of file: ProjectFile) -> String? {
        let asked = [
            ("`build.secrets`", !file.build.secrets.isEmpty),
            ("`fetch.lfs`", file.fetch.largeFiles != .off),
        ]
        let keys = asked.filter(\.1).map(\.0)
        guard !keys.isEmpty else { return nil }
        return "This version does not do what the project file asks: "
            + keys.joined(separator: ", ") + "."
    }
}
