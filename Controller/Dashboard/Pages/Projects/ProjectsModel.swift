import Storage

/// What the list of projects shows.
struct ProjectsModel: Sendable {
    let lines: [Line]
    let isEmpty: Bool
    let isCut: Bool
    let isAnonymous: Bool
    let document: String

    struct Line: Hashable, Sendable {
        let href: String
        let name: ForeignText
        let title: ForeignText?
        let visibility: String
        let run: RunLine?

        init(
            _ project: ProjectStore.Project, run: RunRecord?,
            revision: RevisionStore.Revision?
        ) {
            href = PagePath.project(project.name).text
            name = ForeignText(project.name)
            title = project.title.map { ForeignText($0, limit: 160) }
            visibility = project.visibility
            self.run = run.map { RunLine($0, revision: revision) }
        }
    }

    init(lines: [Line], isCut: Bool, isAnonymous: Bool) {
        self.lines = lines
        isEmpty = lines.isEmpty
        self.isCut = isCut
        self.isAnonymous = isAnonymous
        document = DocumentPath.projects.text
    }
}
