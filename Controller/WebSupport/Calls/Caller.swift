package import FleetModel

/// Who makes a call, once the credentials are checked.
package enum Caller: Sendable, Equatable {
    case anonymous
    case key(KeyIdentity)
    case agent(AgentIdentity)
}

/// What a caller may do. Source: api.md §2, Roles.
package enum Scope: String, CaseIterable, Sendable {
    case read, write, promote, delete, admin, operate
}

/// A person's or program's checked key.
package struct KeyIdentity: Sendable, Equatable {
    /// Stored keys have UUIDs; configured ones may have any text.
    package let id: String
    package let name: String
    package let scopes: Set<Scope>
    /// The one project that the key reaches; nil means all.
    package let project: String?

    package init(id: String, name: String, scopes: Set<Scope>, project: String?) {
        self.id = id
        self.name = name
        self.scopes = scopes
        self.project = project
    }

    /// A key with `admin` reaches every project. Source: perfgate-api §3.4.
    package func reaches(project name: String) -> Bool {
        scopes.contains(.admin) || project == nil || project == name
    }
}

/// An enrolled agent and the host that it runs on.
package struct AgentIdentity: Sendable, Equatable {
    package let agentID: AgentID
    package let hostID: HostID

    package init(agentID: AgentID, hostID: HostID) {
        self.agentID = agentID
        self.hostID = hostID
    }
}

extension FleetContext {
    /// The caller's key, or 401.
    package func requireKey() throws(APIError) -> KeyIdentity {
        guard case .key(let key) = caller else { throw .credentialsMissing }
        return key
    }

    /// The caller's key when it has the scope: else 401 or 403.
    @discardableResult
    package func require(_ scope: Scope) throws(APIError) -> KeyIdentity {
        let key = try requireKey()
        guard key.scopes.contains(scope) else {
            throw APIError(
                .scopeMissing, "The key lacks the permission \(scope.rawValue).",
                details: ["scope": .string(scope.rawValue)])
        }
        return key
    }

    /// The caller's key when it has the scope on the project: else 401, 403, or 404 for a project
    /// that the caller may not see.
    @discardableResult
    package func require(
        _ scope: Scope, onProject project: String
    ) throws(APIError) -> KeyIdentity {
        let key = try require(scope)
        guard key.reaches(project: project) else {
            throw APIError(.unknownProject, "There is no such project.")
        }
        return key
    }

    /// The calling agent, or 401.
    package func requireAgent() throws(APIError) -> AgentIdentity {
        guard case .agent(let agent) = caller else { throw .credentialsMissing }
        return agent
    }
}

extension APIError {
    package static var credentialsMissing: APIError {
        APIError(.credentialsMissing, "Missing authentication header")
    }
}
