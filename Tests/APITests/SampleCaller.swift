import FleetModel
import Identity
import Storage

/// Who calls the public surface: `lantern` is a public project, `vault` a private one.
enum SampleCaller: String, CaseIterable, Sendable {
    case anonymous
    case admin
    /// Of every project.
    case reader, writer
    /// Of one project.
    case lanternReader, lanternWriter, vaultReader, vaultWriter
    /// A key that has expired, and one that nobody has.
    case expired, unknown

    var keyText: String? {
        if self == .anonymous { return nil }
        let place = Self.allCases.firstIndex(of: self) ?? 0
        return "pg_test_" + String(repeating: "0", count: 30) + "\(10 + place)"
    }

    private var role: String? {
        switch self {
        case .anonymous, .unknown: nil
        case .admin: "admin"
        case .reader, .lanternReader, .vaultReader: "viewer"
        case .writer, .lanternWriter, .vaultWriter, .expired: "contributor"
        }
    }

    private var project: String? {
        switch self {
        case .lanternReader, .lanternWriter: "lantern"
        case .vaultReader, .vaultWriter: "vault"
        default: nil
        }
    }

    func store(in keys: KeyStore, now: ServerTime) async throws {
        guard let role, let text = keyText.flatMap(APIKeyText.init) else { return }
        var random = SystemRandomNumberGenerator()
        try await keys.create(
            KeyStore.Key(
                id: KeyID(at: now, using: &random), name: rawValue, prefix: text.displayPrefix,
                role: role, project: project,
                expiresAt: self == .expired ? now + .seconds(-1) : nil),
            digest: text.digest.hex)
    }
}
