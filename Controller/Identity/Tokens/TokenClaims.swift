import FoundationEssentials
import JWTKit

/// What a token says of its holder, before anything of it is believed.
struct TokenClaims: JWTPayload {
    let members: [String: Value]

    /// Only what claims that we read can be; everything else is `other`.
    enum Value: Codable, Sendable, Equatable {
        case text(String)
        case number(Double)
        case texts([String])
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let texts = try? container.decode([String].self) {
                self = .texts(texts)
            } else {
                self = .other
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .number(let number): try container.encode(number)
            case .texts(let texts): try container.encode(texts)
            case .other: try container.encodeNil()
            }
        }
    }

    init(from decoder: any Decoder) throws {
        members = try decoder.singleValueContainer().decode([String: Value].self)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(members)
    }

    /// The signature is the library's to check; the claims are checked by who knows what they
    /// should be.
    func verify(using algorithm: some JWTAlgorithm) async throws {}
}

extension TokenClaims {
    func requiredText(_ name: String) throws(TokenRefusal) -> String {
        guard case .text(let text)? = members[name] else {
            throw .invalid("the claim \(name) is missing or no text")
        }
        return text
    }

    func optionalText(_ name: String) throws(TokenRefusal) -> String? {
        guard let value = members[name] else { return nil }
        guard case .text(let text) = value else { throw .invalid("the claim \(name) is no text") }
        return text
    }

    /// Refuses what has ended, a minute late at most: clocks differ. Source: perfgate-api §3.5.
    func requireInForce(at seconds: Double) throws(TokenRefusal) {
        guard case .number(let end)? = members["exp"] else {
            throw .invalid("the claim exp is missing or no number")
        }
        guard seconds <= end + Self.leewaySeconds else { throw .expired }
    }

    private static var leewaySeconds: Double { 60 }
}
