package import FleetModel
import WebSupport

/// The addresses of the pages: what links between them, replies and messages say.
///
/// Things with an identifier stand at the root, so that their addresses stay short and survive a
/// project's new name.
package enum PagePath: Hashable, Sendable {
    /// The projects that the caller may see.
    case projects
    case project(String)
    /// The project's runs that are older than the given one.
    case olderRuns(project: String, than: RunID)
    case run(RunID)
    case request(RequestID)
    case seriesList(project: String)
    case series(SeriesID)
    case comparePage(project: String)
    /// Two runs, each by its identifier or its commit.
    case compare(project: String, base: String, head: String)
    case queue
    case hosts
    case host(HostID)
    /// What two hosts do not share.
    case hostDifference(HostID, HostID)
    /// Users, teams and keys.
    case people
    case signIn(returnTo: String)

    /// The address from its first slash on.
    package var text: String {
        switch self {
        case .projects: "/"
        case .project(let name): "/p/" + PercentEncoding.encoded(name)
        case .olderRuns(let project, let run):
            "/p/" + PercentEncoding.encoded(project) + "?before=\(run)"
        case .run(let run): "/runs/\(run)"
        case .request(let request): "/requests/\(request)"
        case .seriesList(let project): "/p/\(PercentEncoding.encoded(project))/series"
        case .series(let series): "/series/\(series)"
        case .comparePage(let project): "/p/\(PercentEncoding.encoded(project))/compare"
        case .compare(let project, let base, let head):
            Self.query(
                Self.comparePage(project: project).text, [("base", base), ("head", head)])
        case .queue: "/queue"
        case .hosts: "/hosts"
        case .host(let host): "/hosts/\(host)"
        case .hostDifference(let host, let other): "/hosts/\(host)/diff/\(other)"
        case .people: "/people"
        case .signIn(let address): Self.query("/sign-in", [("return_to", address)])
        }
    }

    /// An address with parameters.
    static func query(_ path: String, _ pairs: [(String, String)]) -> String {
        guard !pairs.isEmpty else { return path }
        return path + "?"
            + pairs.map { "\($0)=\(PercentEncoding.encoded($1))" }.joined(separator: "&")
    }
}

/// Where the pages' forms go.
enum FormPath: Hashable, Sendable {
    case signIn, signOut
    case cancel(RunID)
    case order(String, HostID)
    case revoke(serial: String)
    /// Of the page of people; the rest of the address.
    case people(String)

    var text: String {
        switch self {
        case .signIn: "/sign-in"
        case .signOut: "/sign-out"
        case .cancel(let run): "/runs/\(run)/cancel"
        case .order(let name, let host): "/hosts/\(host)/\(name)"
        case .revoke(let serial): "/certificates/\(serial)/revoke"
        case .people(let rest): "/people/\(rest)"
        }
    }
}

/// The addresses of the API's documents that pages lead to.
enum DocumentPath: Hashable, Sendable {
    case projects
    case runs(project: String)
    case run(RunID)
    case comparison(RunID)
    case samples(RunID)
    case dependencies(RunID)
    case request(RequestID)
    case log(AttemptID)
    case logEvents(AttemptID)
    case seriesList(project: String)
    case points(SeriesID)
    case headline(project: String)
    case canary(HostID)
    case hostDifference(HostID, HostID)
    case artifact(ArtifactID)

    var text: String {
        switch self {
        case .projects: "/api/v1/projects"
        case .runs(let project): "/api/v1/projects/\(project)/runs"
        case .run(let run): "/api/v1/runs/\(run)"
        case .comparison(let run): "/api/v1/runs/\(run)/comparison"
        case .samples(let run): "/api/v1/runs/\(run)/samples"
        case .dependencies(let run): "/api/v1/runs/\(run)/dependencies"
        case .request(let request): "/api/v1/requests/\(request)"
        case .log(let attempt): "/api/v1/attempts/\(attempt)/log"
        case .logEvents(let attempt): "/api/v1/attempts/\(attempt)/log/events"
        case .seriesList(let project): "/api/v1/projects/\(project)/series"
        case .points(let series): "/api/v1/series/\(series)/points"
        case .headline(let project): "/api/v1/projects/\(project)/headline"
        case .canary(let host): "/api/v1/hosts/\(host)/canary"
        case .hostDifference(let host, let other): "/api/v1/hosts/\(host)/diff/\(other)"
        case .artifact(let artifact): "/api/v1/artifacts/\(artifact)/content"
        }
    }
}
