import FleetModel
import FoundationEssentials
import ProjectFile

/// A repository with nothing in it but the files to measure, as commits that an attempt fetches
/// like any other: what is measured by hand goes the way of all attempts. The caller's own
/// repository is only read.
struct LocalSnapshot: Sendable {
    /// What was made of one side.
    struct Side: Sendable {
        /// In the snapshot.
        let commit: CommitHash
        /// For people: `working tree`, or the revision as it was asked for.
        let label: String
        /// The caller's commit; `nil` outside of a repository.
        let revision: String?
        /// Whether the files are others than that commit's.
        let isChanged: Bool
    }

    /// Absolute.
    let path: String
    let git: LocalGit
    let project: LocalProject
    /// The caller's repository; `nil` where the folder is in none.
    private let repository: String?
    /// Whether the build sees the history, and so the commits as they are.
    private let keepsHistory: Bool

    init(
        at path: String, of project: LocalProject, git: LocalGit
    ) async throws(LocalFailure) {
        self.path = path
        self.git = git
        self.project = project
        let top = try await git.run(["rev-parse", "--show-toplevel"], in: project.root)
        repository = top.succeeded ? top.line : nil
        keepsHistory = project.file.fetch.depth != 1
        let format = try await git.run(["rev-parse", "--show-object-format"], in: project.root)
        _ = try await git.require(
            "make a repository",
            [
                "init", "--quiet", "--bare", "--template=", "--shared=all",
                "--object-format=\(format.succeeded ? format.line : "sha1")", "--", path,
            ], in: "/")
    }

    /// The files as they lie there; with the ignored ones where nothing is built.
    func workingTree(withIgnored: Bool) async throws(LocalFailure) -> Side {
        let index = ["GIT_INDEX_FILE": path + "/index.local"]
        let place = ["--git-dir=\(path)", "--work-tree=\(project.root)"]
        try await copyExclusions()
        _ = try await git.require(
            "read the files",
            place + ["-c", "advice.addEmbeddedRepo=false", "add", "--all"]
                + (withIgnored ? ["--force"] : []) + ["--", "."],
            in: project.root, adding: index)
        let tree = try await git.require(
            "write the files", place + ["write-tree"], in: project.root, adding: index)
        let head = try await commit(of: "HEAD")
        var parents: [String] = []
        if keepsHistory, let head {
            try await fetch(head, whole: true)
            parents = ["-p", head]
        }
        let committed = head == nil ? nil : try await self.tree(of: "HEAD")
        return Side(
            commit: try await commit(tree.line, parents), label: "working tree", revision: head,
            isChanged: committed != tree.line)
    }

    /// A revision of the caller's repository.
    func revision(_ name: String) async throws(LocalFailure) -> Side {
        guard repository != nil else {
            throw .usage("\(project.root) is in no git repository, so there is no \(name)")
        }
        guard let hash = try await commit(of: name), let tree = try await tree(of: name) else {
            throw .usage("git knows no revision \(name) in \(project.root)")
        }
        try await fetch(hash, whole: keepsHistory)
        let own = keepsHistory && isRoot ? CommitHash(hash) : nil
        let commit: CommitHash
        if let own { commit = own } else { commit = try await self.commit(tree, []) }
        return Side(commit: commit, label: name, revision: hash, isChanged: false)
    }

    /// Whether the suite is about the whole repository.
    private var isRoot: Bool { repository == project.root }

    /// What the caller's repository leaves out besides `.gitignore`.
    private func copyExclusions() async throws(LocalFailure) {
        guard repository != nil else { return }
        let found = try await git.run(
            ["rev-parse", "--git-path", "info/exclude"], in: project.root)
        let source = found.line.hasPrefix("/") ? found.line : "\(project.root)/\(found.line)"
        guard found.succeeded, let bytes = FileManager.default.contents(atPath: source) else {
            return
        }
        let folder = path + "/info"
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        _ = FileManager.default.createFile(atPath: folder + "/exclude", contents: bytes)
    }

    private func commit(of name: String) async throws(LocalFailure) -> String? {
        let reply = try await git.run(
            ["rev-parse", "--verify", "--quiet", "--end-of-options", "\(name)^{commit}"],
            in: project.root)
        return reply.succeeded ? reply.line : nil
    }

    /// Of the folder that the suite is about.
    private func tree(of name: String) async throws(LocalFailure) -> String? {
        let reply = try await git.run(
            ["rev-parse", "--verify", "--quiet", "--end-of-options", "\(name):./"],
            in: project.root)
        return reply.succeeded ? reply.line : nil
    }

    private func fetch(_ hash: String, whole: Bool) async throws(LocalFailure) {
        _ = try await git.require(
            "copy \(hash.prefix(7))",
            [
                "--git-dir=\(path)", "fetch", "--quiet", "--no-write-fetch-head",
                "--no-auto-maintenance",
            ] + (whole ? ["--tags"] : ["--no-tags", "--depth=1"])
                + ["--", repository ?? project.root, "+\(hash):refs/heads/\(hash)"],
            in: project.root)
        // Nobody fetches the cut history, and it would make others refuse what they do fetch.
        if !whole {
            _ = try await git.require(
                "forget \(hash.prefix(7))",
                ["--git-dir=\(path)", "update-ref", "-d", "refs/heads/\(hash)"], in: project.root)
            try? FileManager.default.removeItem(atPath: path + "/shallow")
        }
    }

    private func commit(_ tree: String, _ parents: [String]) async throws(LocalFailure)
        -> CommitHash
    {
        let who = [
            "GIT_AUTHOR_NAME": "fleetmark", "GIT_AUTHOR_EMAIL": "fleetmark@localhost",
            "GIT_COMMITTER_NAME": "fleetmark", "GIT_COMMITTER_EMAIL": "fleetmark@localhost",
        ]
        let made = try await git.require(
            "make a commit",
            ["--git-dir=\(path)", "commit-tree", tree] + parents + ["-m", "measured by hand"],
            in: project.root, adding: who)
        guard let commit = CommitHash(made.line) else {
            throw .failed("git made no commit: \(made.line)")
        }
        // A name that a fetch reaches it by.
        _ = try await git.require(
            "name the commit",
            ["--git-dir=\(path)", "update-ref", "refs/heads/\(commit.text)", commit.text],
            in: project.root)
        return commit
    }
}
