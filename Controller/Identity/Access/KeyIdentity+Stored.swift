import FleetModel
package import Storage

extension KeyIdentity {
    /// A role that nobody knows gives nothing.
    package init(_ key: KeyStore.Key) {
        let role = Role(rawValue: key.role)?.scopes ?? []
        self.init(
            id: key.id.text, name: key.name,
            scopes: role.union(key.grants.compactMap(Scope.init)), project: key.project,
            benchmarks: key.pattern.map { BenchmarkPattern($0) }, user: key.user,
            bindings: key.roles.map { Binding($0) })
    }

    /// The same credential with what its user holds here.
    package func held(by user: UserStore.Holder) -> Self {
        KeyIdentity(
            id: id, name: user.name, scopes: scopes, project: project, benchmarks: benchmarks,
            user: user.id, bindings: user.roles.map { Binding($0) })
    }
}

extension KeyIdentity.Binding {
    fileprivate init(_ held: HeldRole) {
        let role = Role(rawValue: held.role)?.scopes ?? []
        self.init(project: held.project, scopes: role.union(held.grants.compactMap(Scope.init)))
    }
}
