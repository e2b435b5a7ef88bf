package import FleetModel
package import Storage

/// Who calls, and what the credential that was checked lets them do: a key, a token, or a person by
/// one of their keys.
package struct KeyIdentity: Sendable, Equatable {
    /// What the audit calls the caller: a stored key's UUID, a configured key's id, `jwt:SUBJECT`
    /// or `oidc:SUBJECT`.
    package let id: String
    package let name: String
    /// What the credential itself carries, on `project`.
    package let scopes: Set<Scope>
    /// The one project that the credential reaches; nil means all.
    package let project: String?
    /// Nil means all benchmarks. It restricts bindings and administrators as well.
    package let benchmarks: BenchmarkPattern?
    /// Whose key it is.
    package let user: UserID?
    /// What the key, its user and the user's teams were given beside.
    package let bindings: [Binding]

    /// A role on one project, or on the installation.
    package struct Binding: Sendable, Equatable {
        /// A project's name; nil is the installation.
        package let project: String?
        package let scopes: Set<Scope>

        package init(project: String?, scopes: Set<Scope>) {
            self.project = project
            self.scopes = scopes
        }
    }

    package init(
        id: String, name: String, scopes: Set<Scope>, project: String?,
        benchmarks: BenchmarkPattern? = nil, user: UserID? = nil, bindings: [Binding] = []
    ) {
        self.id = id
        self.name = name
        self.scopes = scopes
        self.project = project
        self.benchmarks = benchmarks
        self.user = user
        self.bindings = bindings
    }
}

extension KeyIdentity {
    /// What the caller may do on the installation: on hosts, keys and everything that belongs to
    /// no project. The administrator of one project has nothing of it.
    package var installationScopes: Set<Scope> {
        bindings.filter { $0.project == nil }.reduce(into: scopes) { $0.formUnion($1.scopes) }
    }

    /// What the caller may do on the project: of the credential and all bindings together.
    ///
    /// A credential with `admin` reaches every project. Source: perfgate-api §3.4.
    package func scopes(on project: String) -> Set<Scope> {
        let reaches = scopes.contains(.admin) || self.project == nil || self.project == project
        return bindings.filter { $0.project == nil || $0.project == project }
            .reduce(into: reaches ? scopes : []) { $0.formUnion($1.scopes) }
    }

    /// What the caller may do somewhere.
    package var scopesAnywhere: Set<Scope> {
        bindings.reduce(into: scopes) { $0.formUnion($1.scopes) }
    }

    /// Whether figures of all projects together may be shown to the caller.
    package var readsEveryProject: Bool {
        let ownReach = project == nil || scopes.contains(.admin)
        return ownReach && scopes.contains(.read)
            || bindings.contains { $0.project == nil && $0.scopes.contains(.read) }
    }

    /// The projects that lists of all projects' rows show to the caller.
    package var readableProjects: ReadableProjects {
        if readsEveryProject { return .all }
        var names = Set(bindings.filter { $0.scopes.contains(.read) }.compactMap(\.project))
        if scopes.contains(.read), let project { names.insert(project) }
        return .some(names: names, withInternal: scopesAnywhere.contains(.read))
    }
}
