import FleetModel

/// The text of a credential that is shown once, stored as a digest and sent back by its holder.
package protocol CredentialText: Sendable, CustomStringConvertible {
    /// The whole text as it travels.
    var secret: Secret { get }

    /// Nil unless the text has exactly the credential's form.
    init?(_ text: String)
}

extension CredentialText {
    package var digest: CredentialDigest { CredentialDigest(of: secret.exposed) }

    /// Compares with a stored digest without a timing that tells where they differ.
    package func matches(_ stored: CredentialDigest) -> Bool {
        digest.isEqualInConstantTime(to: stored)
    }

    package var description: String { "•••" }
}

/// Admits a host once: `fme_` and 32 hexadecimal digits.
package struct EnrolmentTokenText: CredentialText {
    package static let prefix = "fme_"
    package let secret: Secret

    package init?(_ text: String) {
        guard hasForm(text, prefix: Self.prefix, digits: 32) else { return nil }
        secret = Secret(text)
    }

    package init(using generator: inout some RandomNumberGenerator) {
        secret = Secret(Self.prefix + randomHexadecimal(words: 2, using: &generator))
    }

    package static func generate() -> Self {
        var generator = SystemRandomNumberGenerator()
        return Self(using: &generator)
    }
}

/// A person's or program's key: `pg_live_` or `pg_test_` and at least 32 ASCII letters or digits.
///
/// Generated keys are `pg_live_` and 32 hexadecimal digits. Source: perfgate-api §3.2.
package struct APIKeyText: CredentialText {
    package static let prefixes = ["pg_live_", "pg_test_"]
    /// Keys longer than this are refused before they are hashed.
    package static let maximumLength = 512
    package let secret: Secret

    package init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength,
            let prefix = Self.prefixes.first(where: text.hasPrefix)
        else { return nil }
        let rest = text.utf8.dropFirst(prefix.utf8.count)
        guard rest.count >= 32, rest.allSatisfy(isLetterOrDigit) else { return nil }
        secret = Secret(text)
    }

    package init(using generator: inout some RandomNumberGenerator) {
        secret = Secret("pg_live_" + randomHexadecimal(words: 2, using: &generator))
    }

    package static func generate() -> Self {
        var generator = SystemRandomNumberGenerator()
        return Self(using: &generator)
    }

    /// The first twelve characters and `...***`, for lists.
    package var displayPrefix: String { String(secret.exposed.prefix(12)) + "...***" }
}

private func hasForm(_ text: String, prefix: String, digits: Int) -> Bool {
    guard text.utf8.count == prefix.utf8.count + digits, text.hasPrefix(prefix) else {
        return false
    }
    return text.utf8.dropFirst(prefix.utf8.count).allSatisfy(Hexadecimal.isLowerCase)
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"):
        true
    default: false
    }
}

private func randomHexadecimal(
    words: Int, using generator: inout some RandomNumberGenerator
) -> String {
    (0..<words).map { _ in Hexadecimal.text(generator.next(), digits: 16) }.joined()
}
