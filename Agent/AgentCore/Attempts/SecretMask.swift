/// Replaces a secret in a stream of bytes, also where it is cut between two pieces.
struct SecretMask {
    static let replacement = Array("•••".utf8)

    private let secret: [UInt8]
    /// The end of what came, while it could be the beginning of the secret.
    private var held: [UInt8] = []

    /// Short texts would hide ordinary words and are not masked.
    init(_ secret: String?) {
        let bytes = Array((secret ?? "").utf8)
        self.secret = bytes.count >= 4 ? bytes : []
    }

    mutating func pass(_ bytes: [UInt8]) -> [UInt8] {
        guard let first = secret.first else { return bytes }
        let all = held + bytes
        var passed: [UInt8] = []
        var place = 0
        while place < all.count {
            guard all[place] == first else {
                passed.append(all[place])
                place += 1
                continue
            }
            let piece = all[place...].prefix(secret.count)
            if piece.elementsEqual(secret) {
                passed += Self.replacement
                place += secret.count
            } else if piece.count < secret.count, secret.starts(with: piece) {
                break
            } else {
                passed.append(all[place])
                place += 1
            }
        }
        held = Array(all[place...])
        return passed
    }

    /// What is still held; it was not the secret after all.
    mutating func flush() -> [UInt8] {
        defer { held = [] }
        return held
    }
}
