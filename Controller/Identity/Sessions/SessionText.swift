import FleetModel

/// What a signed-in browser sends with each call: `fms_` and 64 hexadecimal digits.
package struct SessionText: CredentialText {
    package static let prefix = "fms_"
    package let secret: Secret

    package init?(_ text: String) {
        guard text.utf8.count == Self.prefix.utf8.count + 64, text.hasPrefix(Self.prefix),
            text.utf8.dropFirst(Self.prefix.utf8.count).allSatisfy(Hexadecimal.isLowerCase)
        else { return nil }
        secret = Secret(text)
    }

    package static func generate() -> Self {
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<4).map { _ in Hexadecimal.text(generator.next(), digits: 16) }
        return Self(secret: Secret(prefix + digits.joined()))
    }

    private init(secret: Secret) { self.secret = secret }

    /// What a form of this session carries, so that no other site can make one. It says nothing
    /// of the session's own text.
    package var formToken: String { CredentialDigest(of: "form " + secret.exposed).hex }
}
