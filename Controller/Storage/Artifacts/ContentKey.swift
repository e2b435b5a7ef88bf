import FleetModel

/// The SHA-256 by which bytes are known and found; written `sha256:` and 64 lower-case digits.
package struct ContentKey: Hashable, Sendable, CustomStringConvertible {
    package static let prefix = "sha256:"

    package let hex: String

    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        self.init(hex: String(text.dropFirst(Self.prefix.count)))
    }

    package init?(hex: String) {
        guard hex.utf8.count == 64, hex.utf8.allSatisfy(Hexadecimal.isLowerCase) else {
            return nil
        }
        self.hex = hex
    }

    package var text: String { Self.prefix + hex }
    package var description: String { text }
}
