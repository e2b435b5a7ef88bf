import FleetModel
import Identity
package import Storage
package import WebSupport

/// API keys, looked up by digest.
package struct KeyAuthenticator: CallerAuthenticator {
    let keys: KeyStore

    package init(keys: KeyStore) { self.keys = keys }

    package func caller(authorization: String?, peer: Peer) async throws -> Caller {
        guard let authorization else { return .anonymous }
        guard authorization.hasPrefix("Bearer "),
            let text = APIKeyText(String(authorization.dropFirst("Bearer ".count))),
            let key = try await keys.key(withDigest: text.digest.hex)
        else { throw APIError(.credentialsInvalid, "Invalid API key") }
        return .key(
            KeyIdentity(
                id: key.id.text, name: key.name, scopes: Self.scopes(of: key.role),
                project: key.project))
    }

    /// Source: perfgate-api §3.4; the operator's scope is held by administrators.
    private static func scopes(of role: String) -> Set<Scope> {
        switch role {
        case "viewer": [.read]
        case "contributor": [.read, .write]
        case "promoter": [.read, .write, .promote]
        case "admin": Set(Scope.allCases)
        default: []
        }
    }
}

/// Agents by the bearer credential that enrolment gave them.
package struct CredentialAuthenticator: AgentAuthenticator {
    let hosts: HostStore

    package init(hosts: HostStore) { self.hosts = hosts }

    package func agent(presenting credential: AgentCredential) async throws -> AgentIdentity {
        guard case .bearer(let text) = credential, let parsed = AgentCredentialText(text),
            let known = try await hosts.agent(withCredential: parsed.digest.hex)
        else { throw APIError(.credentialsInvalid, "The agent's credential is not valid here.") }
        return AgentIdentity(agentID: known.agent, hostID: known.host)
    }
}
