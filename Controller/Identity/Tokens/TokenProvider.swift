/// Who issues tokens that are believed, and what they give. Source: perfgate-api §3.6.
package struct TokenProvider: Sendable, Equatable {
    package var issuer: String
    /// Nil: the issuer's discovery document names it.
    package var keySetURL: String?
    package var audience: String
    /// Which claim is looked up in the mapping.
    package var claim: String
    package var mappings: [Mapping]

    package static let usualAudience = "perfgate"

    /// What somebody gets whose claim has this text.
    package struct Mapping: Sendable, Equatable {
        package let subject: String
        package let project: String
        package let role: Role

        /// `ID:PROJECT:ROLE`; the identity itself may have a ':'.
        package init(_ text: String) throws(Fault) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
                .map(String.init)
            guard parts.count >= 3, let role = Role(rawValue: parts[parts.count - 1].lowercased())
            else {
                throw Fault(
                    "\(text.debugDescription) is not ID:PROJECT:ROLE with a role of \(Role.words)")
            }
            subject = parts.dropLast(2).joined(separator: ":")
            project = parts[parts.count - 2]
            self.role = role
            guard !subject.isEmpty, !project.isEmpty else {
                throw Fault("\(text.debugDescription) has an empty identity or project")
            }
        }
    }

    /// Why a flag names no provider.
    package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        package let description: String
        init(_ description: String) { self.description = description }
    }

    package init(
        issuer: String, keySetURL: String?, audience: String = Self.usualAudience, claim: String,
        mappings: [Mapping]
    ) throws(Fault) {
        for url in [issuer, keySetURL].compactMap({ $0 }) where !Self.isTrustworthy(url) {
            throw Fault("\(url) is not https; keys are only read over TLS")
        }
        guard !audience.isEmpty, !claim.isEmpty, !mappings.isEmpty else {
            throw Fault("the provider \(issuer) needs an audience, a claim and a mapping")
        }
        self.issuer = issuer
        self.keySetURL = keySetURL
        self.audience = audience
        self.claim = claim
        self.mappings = mappings
    }

    /// Keys decide who comes in, so nobody on the way may change them. This machine itself is
    /// trusted.
    static func isTrustworthy(_ url: String) -> Bool {
        if url.hasPrefix("https://") { return url.utf8.count > "https://".utf8.count }
        guard url.hasPrefix("http://") else { return false }
        let authority = url.dropFirst("http://".utf8.count).prefix { $0 != "/" }
        // What stands before an @ is no host.
        guard !authority.contains("@") else { return false }
        let host = authority.hasPrefix("[::1]") ? "[::1]" : authority.prefix { $0 != ":" }
        return host == "127.0.0.1" || host == "localhost" || host == "[::1]"
    }

    func mapping(of subject: String) -> Mapping? { mappings.first { $0.subject == subject } }
}

extension TokenProvider {
    /// GitHub Actions, by `--github-oidc ORG/REPO:PROJECT:ROLE`, once each.
    package static func gitHub(
        _ mappings: [String], audience: String = usualAudience
    ) throws(Fault) -> Self {
        let issuer = "https://token.actions.githubusercontent.com"
        return try Self(
            issuer: issuer, keySetURL: issuer + "/.well-known/jwks", audience: audience,
            claim: "repository", mappings: try read(mappings))
    }

    package static let gitLabIssuer = "https://gitlab.com"

    /// GitLab CI, by `--gitlab-oidc GROUP/PROJECT:PROJECT:ROLE`, once each.
    package static func gitLab(
        _ mappings: [String], audience: String = usualAudience,
        issuer: String = gitLabIssuer
    ) throws(Fault) -> Self {
        var issuer = issuer
        while issuer.hasSuffix("/") { issuer.removeLast() }
        return try Self(
            issuer: issuer, keySetURL: issuer + "/-/jwks", audience: audience,
            claim: "project_path", mappings: try read(mappings))
    }

    /// `--oidc-provider issuer=…,jwks_url=…,audience=…,claim=…,mapping=ID:PROJECT:ROLE[;…]`.
    package init(flag text: String) throws(Fault) {
        var fields: [String: String] = [:]
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(pair[0])
            guard pair.count == 2, Self.fields.contains(name) else {
                throw Fault(
                    "\(name.debugDescription) is no field of a provider; there are "
                        + Self.fields.joined(separator: ", "))
            }
            guard fields.updateValue(String(pair[1]), forKey: name) == nil else {
                throw Fault("the field \(name) is there twice")
            }
        }
        guard let issuer = fields["issuer"], let mapping = fields["mapping"] else {
            throw Fault("a provider has at least issuer= and mapping=")
        }
        let mappings = mapping.split(separator: ";").map(String.init)
        try self.init(
            issuer: issuer, keySetURL: fields["jwks_url"],
            audience: fields["audience"] ?? Self.usualAudience, claim: fields["claim"] ?? "sub",
            mappings: try Self.read(mappings))
    }

    private static var fields: [String] { ["issuer", "jwks_url", "audience", "claim", "mapping"] }

    private static func read(_ texts: [String]) throws(Fault) -> [Mapping] {
        var mappings: [Mapping] = []
        for text in texts { mappings.append(try Mapping(text)) }
        return mappings
    }
}
