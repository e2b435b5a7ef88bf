import ProjectFile
import Testing

/// A valid project file.
func parsed(_ text: String) throws -> ProjectFile {
    let found = ProjectFile.parse(bytes: Array(text.utf8), fileName: "fleetmark.yaml")
    return try #require(found.file, "\(found.problems)")
}
