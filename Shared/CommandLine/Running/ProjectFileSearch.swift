import FoundationEssentials
import ProjectFile

/// Finds the project file above a folder.
enum ProjectFileSearch {
    static let limitBytes = 4 << 20

    /// - Throws: when a folder has both of the two possible files.
    static func nearest(from directory: String) throws(CommandFailure) -> String? {
        do throws(ProjectFile.TwoFiles) {
            return try ProjectFile.nearest(from: directory) {
                FileManager.default.fileExists(atPath: $0)
            }
        } catch {
            throw CommandFailure(
                .usage, "two_project_files", "there are two project files",
                why: error.paths.joined(separator: " and "), try: "remove one of them")
        }
    }

    /// What the file calls its project; nothing when it names none or is not valid.
    static func projectName(in path: String) throws(CommandFailure) -> String? {
        let bytes = try TextFile.bytes(path, limitBytes: limitBytes)
        return ProjectFile.parse(bytes: bytes, fileName: path).file?.project
    }
}
