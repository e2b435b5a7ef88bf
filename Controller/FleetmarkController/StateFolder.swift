import FoundationEssentials

/// The controller's own folder: readable by nobody else, since it holds keys.
struct StateFolder {
    let path: String

    var database: String { path + "/fleetmark.db" }
    var certificates: String { path + "/certificates" }
    var mirrors: String { path + "/mirrors" }
    var adminKey: String { path + "/admin.key" }

    func prepare() throws {
        for folder in [path, certificates, mirrors] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
    }
}
