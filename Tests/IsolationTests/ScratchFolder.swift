import Foundation

/// A folder that everybody may enter, for one test.
enum ScratchFolder {
    static func lend(_ body: (String) async throws -> Void) async throws {
        let folder = "/tmp/fleetmark-isolation-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }
}
