import FleetModel
import FoundationEssentials
import Identity
import Storage

/// Gives a fresh installation its first administrator's key, in a file that only its owner reads.
struct FirstKey {
    let keys: KeyStore
    let file: String

    /// The file, or nil when a key exists already.
    func makeIfNone(now: ServerTime) async throws -> String? {
        guard try await keys.isEmpty() else { return nil }
        let text = APIKeyText.generate()
        try write(text.secret.exposed + "\n")
        var random = SystemRandomNumberGenerator()
        try await keys.create(
            KeyStore.Key(
                id: KeyID(at: now, using: &random), name: "first administrator",
                prefix: text.displayPrefix, role: "admin", project: nil, expiresAt: nil),
            digest: text.digest.hex)
        return file
    }

    private func write(_ text: String) throws {
        try? FileManager.default.removeItem(atPath: file)
        guard
            FileManager.default.createFile(
                atPath: file, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
    }
}
