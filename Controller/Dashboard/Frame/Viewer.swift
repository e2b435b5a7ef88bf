import FleetModel
import Storage
import WebSupport

/// Who reads a page, and so what is on it. Source: API contract, §2.
struct Viewer: Sendable {
    let caller: Caller

    /// A public project by everybody, any other by keys that reach it.
    func sees(_ project: ProjectStore.Project) -> Bool {
        project.visibility == "public" || readsAsMember(of: project)
    }

    /// Logs and host names are kept from anonymous readers, of public projects too.
    func readsAsMember(of project: ProjectStore.Project) -> Bool {
        guard case .key(let key) = caller else { return false }
        return key.scopes.contains(.read) && key.reaches(project: project.name)
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
