import FleetModel
import Storage

/// Which part of the dashboard a page belongs to.
enum Section: Hashable, Sendable {
    case projects, queue, hosts, people
    case overview, series
}

/// The way to other pages, and who reads.
struct Navigation: Sendable {
    let places: [Place]
    let project: ProjectPlaces?
    /// The address of the sign-in page; nil for readers who are signed in.
    let signIn: String?
    let reader: Reader?

    struct Place: Hashable, Sendable {
        let href: String
        let label: String
        let icon: String
        let isHere: Bool
        var count: String?
    }

    struct ProjectPlaces: Hashable, Sendable {
        let name: ForeignText
        let places: [Place]
    }

    struct Reader: Hashable, Sendable {
        let name: ForeignText
        /// Nil for readers by an `Authorization` header, who have no session to end.
        let token: String?
        let signOut: String
    }

    init(_ content: PageContent, viewer: Viewer, counts: FleetCountStore.Counts?) {
        let here = content.section
        func place(_ path: PagePath, _ label: String, _ icon: String, _ section: Section) -> Place {
            Place(href: path.text, label: label, icon: icon, isHere: here == section)
        }
        var queue = place(.queue, "Queue", "queue", .queue)
        let open = counts?.openJobs.values.reduce(0, +) ?? 0
        queue.count = open > 0 ? "\(open)" : nil
        var hosts = place(.hosts, "Hosts", "hosts", .hosts)
        let pending = counts?.hosts[.pending] ?? 0
        hosts.count = pending > 0 ? "\(pending) new" : nil
        let all = [place(.projects, "Projects", "projects", .projects), queue, hosts]
        // Hosts are shown to readers with a key.
        let shown = viewer.canSignIn ? all : all.filter { $0.href != hosts.href }
        places =
            viewer.administers ? shown + [place(.people, "People", "people", .people)] : shown
        project = content.project.map { name in
            ProjectPlaces(
                name: ForeignText(name, limit: 60),
                places: [
                    place(.project(name), "Overview", "home", .overview),
                    place(.seriesList(project: name), "Series", "series", .series),
                ])
        }
        let isStranger = viewer.name == nil && viewer.canSignIn
        signIn = isStranger ? PagePath.signIn(returnTo: viewer.address).text : nil
        reader = viewer.name.map {
            Reader(
                name: ForeignText($0, limit: 40), token: viewer.token,
                signOut: FormPath.signOut.text)
        }
    }
}
