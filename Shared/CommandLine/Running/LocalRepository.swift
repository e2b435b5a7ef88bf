import FoundationEssentials
import ProjectFile

/// The files of a folder on this machine, as far as recognising its tools needs them.
enum LocalRepository {
    private static let depthLimit = 6
    private static let fileLimit = 50_000
    private static let longestBytes = 1 << 20

    /// What was fetched or built is passed over, and so are links.
    static func view(of folder: String) -> RepositoryView {
        var paths: [String] = []
        collect(folder, "", depth: 0, into: &paths)
        return RepositoryView(paths: paths) { path in
            try? TextFile.bytes(folder + "/" + path, limitBytes: longestBytes)
        }
    }

    private static func collect(
        _ folder: String, _ trail: String, depth: Int, into paths: inout [String]
    ) {
        let files = FileManager.default
        let names = (try? files.contentsOfDirectory(atPath: folder)) ?? []
        for name in names.sorted() where paths.count < fileLimit {
            let path = folder + "/" + name
            let kind = try? files.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            switch kind {
            case .typeRegular: paths.append(trail + name)
            case .typeDirectory where depth < depthLimit && !Lockfile.isPassedOver(folder: name):
                collect(path, trail + name + "/", depth: depth + 1, into: &paths)
            default: continue
            }
        }
    }
}
