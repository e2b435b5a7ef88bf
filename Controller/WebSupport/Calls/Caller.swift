package import FleetModel
package import Identity

/// Who makes a call, once the credentials are checked.
package enum Caller: Sendable, Equatable {
    case anonymous
    case key(KeyIdentity)
    case agent(AgentIdentity)
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
    @discardableResult
    package func requireKey() throws(APIError) -> KeyIdentity {
        guard case .key(let key) = caller else {
            throw isReadOnly ? .readOnlyViewer : .credentialsMissing
        }
        return key
    }

    /// The caller's key when it has the scope on the installation: else 401 or 403.
    @discardableResult
    package func require(_ scope: Scope) throws(APIError) -> KeyIdentity {
        let key = try requireKey()
        do {
            try key.authorize(installation: scope)
        } catch {
            throw APIError(error)
        }
        return key
    }

    /// The caller's key when it has the scope on any project at all: else 401 or 403. What comes
    /// before a look-up, so that a refusal does not tell what exists.
    @discardableResult
    package func require(anywhere scope: Scope) throws(APIError) -> KeyIdentity {
        let key = try requireKey()
        guard key.scopesAnywhere.contains(scope) else { throw APIError(.scopeMissing(scope)) }
        return key
    }

    /// The caller's key when it has the scope on the project: else 401, 403, or 404 for a project
    /// that the caller may not see. For our own routes; perfgate's say 403: `authorize`.
    @discardableResult
    package func require(
        _ scope: Scope, onProject project: String
    ) throws(APIError) -> KeyIdentity {
        let key = try require(anywhere: scope)
        guard key.scopes(on: project).contains(scope) else {
            throw APIError(.unknownProject, "There is no such project.")
        }
        return key
    }

    /// The caller's key when perfgate's rules let it do this: else 401, 403, or 500 for a broken
    /// pattern. Source: perfgate-api §3.4.
    @discardableResult
    package func authorize(
        _ scope: Scope, on project: String, benchmark: String? = nil
    ) throws(APIError) -> KeyIdentity {
        let key = try requireKey()
        do {
            try key.authorize(scope, on: project, benchmark: benchmark)
        } catch {
            throw APIError(error)
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

    /// What a site refuses that only shows public projects.
    package static var readOnlyViewer: APIError {
        APIError(
            .readOnlyViewer,
            "This site only shows public projects; everything else is the fleet's own "
                + "controller's.")
    }
}

extension APIError {
    /// The refusal that a caller sees for what it may not do.
    package init(_ refusal: AccessRefusal) {
        switch refusal {
        case .scopeMissing(let scope):
            self.init(
                .scopeMissing, "The key lacks the permission \(scope.rawValue).",
                details: ["scope": .string(scope.rawValue)])
        case .projectMismatch(let project):
            self.init(
                .projectMismatch, "The key is not for the project \(project).",
                details: ["project": .string(project)])
        case .benchmarkRestricted(let benchmark):
            self.init(
                .benchmarkRestricted, "The key is not for the benchmark \(benchmark).",
                details: ["benchmark": .string(benchmark)])
        case .brokenPattern:
            self.init(
                .internalFault,
                "The key's benchmark pattern cannot be used; make a new key.")
        }
    }
}
