import FleetModel
import GitRemote
import Glibc
import Isolation
import LinuxSystem

/// The bare copy of one repository on this agent. It outlives attempts, so each fetch brings only
/// what is new; it belongs to the identity that fetches, and no build can read it.
struct RepositoryMirror: Sendable {
    /// Absolute; ends in `.git`.
    let path: String
    let url: RemoteURL
    let credential: GitCredential?
    let git: LaunchedGit

    private var settings: WorkspaceSettings { git.settings }

    /// Brings one commit and its history, from the remote only where needed.
    ///
    /// With tags, also those on that history come along, and the remote is always asked.
    func fetch(_ commit: CommitHash, withTags: Bool) async throws(WorkspaceFailure) {
        try check()
        try await create(for: commit)
        let reference = "refs/fleetmark/commits/\(commit.text)"
        if !withTags, try await has(reference) { return }
        let direct = try await contact(
            withTags ? [] : ["--no-tags"], ["+\(commit.text):\(reference)"])
        if direct.succeeded { return }
        guard FetchDiagnosis.saysObjectMissing(direct.message) else {
            throw FetchDiagnosis.failure(from: direct.message)
        }
        // The remote gives away only what a name reaches, so fetch all names and look.
        let all = try await contact(
            ["--no-tags", "--prune"],
            ["+refs/heads/*:refs/remote/heads/*", "+refs/tags/*:refs/tags/*"])
        guard all.succeeded else { throw FetchDiagnosis.failure(from: all.message) }
        let keep = try await git.run(
            "update-ref", ["--git-dir=\(path)", "update-ref", "--", reference, commit.text],
            in: path)
        guard keep.succeeded, try await has("\(reference)^{commit}") else {
            throw .commitMissing(commit)
        }
    }

    /// Fills an empty folder with a repository of its own that has the commit checked out.
    ///
    /// Nothing in it refers to the mirror, so whoever gets the folder gets nothing else.
    /// A depth of nil brings the whole history and its tags.
    func checkOut(
        _ commit: CommitHash, depth: Int?, in folder: String
    ) async throws(WorkspaceFailure) {
        let place = ["--git-dir=\(folder)/.git", "--work-tree=\(folder)"]
        _ = try await git.require(
            "init", ["init", "--quiet"] + Self.format(commit) + ["--", folder], in: folder)
        var guarded = GuardedGit(transports: [.file], searchPath: settings.searchPath)
        // The mirror's objects were checked when they came in.
        guarded.settings = [("transfer.fsckObjects", "false")]
        let source = try Self.address(ofMirror: path)
        let history = depth.map { ["--no-tags", "--depth=\($0)"] } ?? []
        let draft = "refs/fleetmark/head"
        let reply = try await git.launch(
            "copy of the mirror",
            place + ["fetch", "--quiet", "--no-write-fetch-head", "--no-auto-maintenance"]
                + history + ["origin", "+refs/fleetmark/commits/\(commit.text):\(draft)"],
            folder, environment: guarded.environment(remote: source),
            limit: settings.localLimit)
        guard reply.succeeded else {
            throw .gitFailed(
                operation: "copy of the mirror",
                reason: FetchDiagnosis.summary(of: reply.message))
        }
        let steps = [
            ["checkout", "--quiet", "--force", "--detach", commit.text],
            ["update-ref", "-d", draft],
            ["config", "remote.origin.url", url.text],
        ]
        for step in steps {
            _ = try await git.require(step[0], place + step, in: folder)
        }
    }

    private func check() throws(WorkspaceFailure) {
        guard settings.transports.contains(url.transport) else {
            throw .addressRefused(.transportNotAllowed(url.transport))
        }
        guard settings.allows(url.text) else { throw .addressNotAllowed(url.text) }
    }

    private func has(_ name: String) async throws(WorkspaceFailure) -> Bool {
        try await git.run(
            "rev-parse",
            ["--git-dir=\(path)", "rev-parse", "--quiet", "--verify", "--end-of-options", name],
            in: path
        ).succeeded
    }

    private func contact(
        _ options: [String], _ refspecs: [String]
    ) async throws(WorkspaceFailure) -> LaunchedGit.Reply {
        var guarded = GuardedGit(
            transports: settings.transports, searchPath: settings.searchPath)
        if url.transport == .file {
            guarded.globalConfiguration = try writeTrust()
        }
        return try await git.launch(
            "fetch",
            [
                "--git-dir=\(path)", "fetch", "--quiet", "--force", "--no-write-fetch-head",
                "--no-recurse-submodules", "--no-auto-maintenance",
            ] + options + ["origin"] + refspecs,
            path, environment: guarded.environment(remote: url, credential: credential),
            limit: settings.fetchLimit, remote: url)
    }

    private func create(for commit: CommitHash) async throws(WorkspaceFailure) {
        guard !FolderTree.exists(path) else { return }
        let draft = path + ".new"
        do {
            try FolderTree.remove(draft)
            try FolderTree.make(draft, mode: 0o700)
            if let identity = settings.fetchIdentity {
                try FolderTree.give(draft, to: identity)
            }
        } catch {
            throw .file(error)
        }
        _ = try await git.require(
            "init", ["init", "--quiet", "--bare"] + Self.format(commit) + ["--", draft],
            in: draft)
        guard unsafe rename(draft, path) == 0 else {
            throw .file(SystemCallFailure("rename", path: path, errno: errno))
        }
    }

    private static func format(_ commit: CommitHash) -> [String] {
        let name = commit.text.utf8.count == 64 ? "sha256" : "sha1"
        return ["--template=", "--initial-branch=main", "--object-format=\(name)"]
    }

    private static func address(ofMirror path: String) throws(WorkspaceFailure) -> RemoteURL {
        do {
            return try RemoteURL("file://" + path, allowing: [.file])
        } catch {
            throw .addressRefused(error)
        }
    }

    /// git's server side opens a file remote of another owner only if told by a file.
    private func writeTrust() throws(WorkspaceFailure) -> String {
        let file = path + ".gitconfig"
        do {
            try FolderTree.remove(file)
            let handle = try OwnedDescriptor.open(
                file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o644)
            // The fetching identity reads it, whatever the agent's umask is.
            let number = handle.rawValue
            _ = try retryingOnInterrupt("fchmod", path: file) { fchmod(number, 0o644) }
            try handle.write(Array(FileRemoteTrust.configuration(for: url.path).utf8))
            return file
        } catch {
            throw .file(error)
        }
    }
}
