import FleetModel

/// The spelling of digests on the wire; computing them is the caller's.
package enum ContentDigest {
    package static let prefix = "sha256:"

    package static func isWellFormed(_ text: String) -> Bool {
        guard text.hasPrefix(prefix) else { return false }
        let digits = text.utf8.dropFirst(prefix.utf8.count)
        return digits.count == 64 && digits.allSatisfy(Hexadecimal.isLowerCase)
    }
}
