import FoundationEssentials
import ProjectFile

/// Finds the project file above a folder.
enum ProjectFileSearch {
    static let limitBytes = 4 << 20

    /// - Throws: when a folder has both of the two possible files.
    static func nearest(from directory: String) throws(CommandFailure) -> String? {
        var folder = directory
        while true {
            let base = folder.hasSuffix("/") ? folder : folder + "/"
            let found = ProjectFile.candidatePaths.map { base + $0 }
                .filter { FileManager.default.fileExists(atPath: $0) }
            guard found.count < 2 else {
                throw CommandFailure(
                    .usage, "two_project_files", "there are two project files",
                    why: found.joined(separator: " and "), try: "remove one of them")
            }
            if let only = found.first { return only }
            guard let slash = folder.lastIndex(of: "/"), folder != "/" else { return nil }
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
        }
    }

    /// What the file calls its project; nothing when it names none or is not valid.
    static func projectName(in path: String) throws(CommandFailure) -> String? {
        let bytes = try TextFile.bytes(path, limitBytes: limitBytes)
        return ProjectFile.parse(bytes: bytes, fileName: path).file?.project
    }
}
