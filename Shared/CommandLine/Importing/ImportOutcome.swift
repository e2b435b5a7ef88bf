import FoundationEssentials

/// What became of one imported project.
struct ImportOutcome {
    enum Written: String {
        case planned, new, replaced, unchanged, kept
    }

    enum Registered: Equatable {
        /// Nobody is signed in, or it is not wanted.
        case no
        case noAddress, planned, new, known
        case failed(CommandFailure)
    }

    let project: ImportedProject
    let file: ImportedProjectFile
    /// As it is shown: relative to the command's folder, like `--output`.
    let path: String
    private(set) var written = Written.planned
    var registered = Registered.no

    init(_ project: ImportedProject, _ file: ImportedProjectFile, below folder: String) {
        self.project = project
        self.file = file
        path = (folder == "." ? "" : folder + "/") + "\(project.name)/fleetmark.yaml"
    }

    /// nil without an address that a controller could read.
    var registration: ProjectRegistration? {
        guard let remote = project.remote, remote.contains("://") || remote.contains("@") else {
            return nil
        }
        return ProjectRegistration(name: project.name, remote: remote, branch: project.branch)
    }

    /// Writes the file, unless another one is there.
    mutating func write(in session: Session, isDry: Bool, replaces: Bool) throws {
        let full = session.path(path)
        let isThere = FileManager.default.fileExists(atPath: full)
        if isThere, isSame(full) {
            written = .unchanged
            return
        }
        if isThere, !replaces {
            written = .kept
            return
        }
        guard !isDry else { return }
        let folder = full.prefix(upTo: full.lastIndex(of: "/") ?? full.endIndex)
        try? FileManager.default.createDirectory(
            atPath: String(folder), withIntermediateDirectories: true)
        let sink = try FileSink(creating: full)
        try sink.write(file.text)
        try sink.close()
        written = isThere ? .replaced : .new
    }

    private func isSame(_ full: String) -> Bool {
        let text = file.text
        return (try? TextFile.read(full, limitBytes: text.utf8.count)) == text
    }
}
