import FleetModel
import Identity
import Storage
import WebSupport

/// Who reads a page, and so what is on it. Source: API contract, §2.
struct Viewer: Sendable {
    let caller: Caller
    /// Of a browser that is signed in: what its forms carry.
    let token: String?
    /// What was asked for, from its first slash on.
    let address: String
    /// False on a site that has no credentials at all.
    let canSignIn: Bool

    init(
        caller: Caller, token: String? = nil, address: String = "/", canSignIn: Bool = true
    ) {
        self.caller = caller
        self.token = token
        self.address = address
        self.canSignIn = canSignIn
    }

    init(_ context: some FleetContext, address: String) {
        self.init(
            caller: context.caller, token: context.session?.formToken, address: address,
            canSignIn: !context.isReadOnly)
    }

    /// A public project by everybody, an internal one by all who have a key, any other by keys that
    /// reach it.
    func sees(_ project: ProjectStore.Project) -> Bool {
        project.visibility == "public" || readsAsMember(of: project)
            || project.visibility == "internal" && readsHosts
    }

    /// Logs and host names are kept from anonymous readers, of public projects too.
    func readsAsMember(of project: ProjectStore.Project) -> Bool {
        guard case .key(let key) = caller else { return false }
        return key.scopes(on: project.name).contains(.read)
    }

    /// Whether the reader may do this to the project; only a session can send forms.
    func may(_ scope: Scope, on project: ProjectStore.Project) -> Bool {
        guard token != nil, case .key(let key) = caller else { return false }
        return key.scopes(on: project.name).contains(scope)
    }

    /// Whether hosts and their names may be shown.
    var readsHosts: Bool {
        guard case .key(let key) = caller else { return false }
        return key.scopesAnywhere.contains(.read)
    }

    /// Whether certificates and who did what may be shown.
    var operates: Bool {
        guard case .key(let key) = caller else { return false }
        return key.installationScopes.contains(.operate)
    }

    /// Whether it may be shown who comes in, and by what.
    var administers: Bool {
        guard case .key(let key) = caller else { return false }
        return key.installationScopes.contains(.admin)
    }

    /// Figures of the whole fleet say nothing of projects that the reader may not see.
    var seesWholeFleet: Bool {
        guard case .key(let key) = caller else { return false }
        return key.readsEveryProject
    }

    var name: String? {
        guard case .key(let key) = caller else { return nil }
        return key.name
    }

    /// The project, or the 404 of one that does not exist.
    func require(
        _ project: ProjectStore.Project?
    ) throws(APIError) -> ProjectStore.Project {
        guard let project, sees(project) else { throw Self.nothing }
        return project
    }

    static var nothing: APIError { APIError(.notFound, "There is no such page.") }
}
