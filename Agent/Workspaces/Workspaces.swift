package import FleetModel
import Glibc
package import Isolation
import LinuxSystem

/// Brings commits onto this host and takes them away again.
///
/// Enters: checked addresses, credentials for one call, commits and what the suite wants of
/// history and submodules. Leaves: clean folders, one per attempt and role, that the working
/// identity owns. All git runs through the launcher, unprivileged and with a receipt.
package struct Workspaces: Sendable {
    package let settings: WorkspaceSettings
    private let launcher: any ProgramLauncher

    package init(settings: WorkspaceSettings, launcher: any ProgramLauncher) {
        self.settings = settings
        self.launcher = launcher
    }

    /// Makes the root and removes what earlier attempts and a killed git left. Call it before
    /// anything else runs.
    ///
    /// The folders of `kept` attempts stay.
    package func sweep(keeping kept: Set<AttemptID> = []) throws(WorkspaceFailure) {
        do {
            for folder in [settings.root, mirrors, attempts] {
                try FolderTree.make(folder, mode: 0o711)
            }
            try FolderTree.make(finished, mode: 0o700)
            try builds?.sweep()
            let names = Set(kept.map(\.text))
            for name in try FolderTree.names(in: attempts) where !names.contains(name) {
                try FolderTree.remove("\(attempts)/\(name)")
            }
            for name in try FolderTree.names(in: mirrors) {
                try sweep(mirror: "\(mirrors)/\(name)")
            }
        } catch {
            throw .file(error)
        }
    }

    /// Fetches one commit, with submodules if wanted, and checks it out into a fresh folder.
    ///
    /// `output` gets what git says, for the log, and `receipt` what was in force around each git,
    /// both on the launch's thread. After a failure nothing of the checkout is left.
    package func prepare(
        _ request: CheckoutRequest, cancellation: LaunchCancellation = LaunchCancellation(),
        output: @escaping @Sendable (OutputChunk) -> Void = { _ in },
        receipt: @escaping @Sendable (IsolationReceipt) -> Void = { _ in }
    ) async throws(WorkspaceFailure) -> Workspace {
        let workspace = workspace(of: request)
        let git = LaunchedGit(
            settings: settings, launcher: launcher, cancellation: cancellation, output: output,
            receipt: receipt)
        do throws(WorkspaceFailure) {
            try makeFolders(of: workspace)
            try await fill(workspace, request, git)
            try handOver(workspace)
            return workspace
        } catch {
            try? remove(request.attempt, role: request.role)
            throw error
        }
    }

    /// Removes the folders of an attempt, or of one of its roles; none there is fine.
    package func remove(
        _ attempt: AttemptID, role: RevisionRole? = nil
    ) throws(WorkspaceFailure) {
        let folder = "\(attempts)/\(attempt.text)"
        do {
            try FolderTree.remove(role.map { "\(folder)/\($0.rawValue)" } ?? folder)
        } catch {
            throw .file(error)
        }
    }

    /// What is kept of finished builds; `nil` where nothing is.
    package var builds: BuildCache? {
        guard settings.buildCacheBytes > 0 else { return nil }
        return BuildCache(
            root: finished, byteLimit: settings.buildCacheBytes,
            floorBytes: settings.rooms.diskFloorBytes)
    }

    /// The content that decides whether a finished build fits, of a commit that was prepared.
    ///
    /// `files`: globs of the tracked files that count; none means all. Returns: one line for each
    /// file and submodule with git's digest of it, or the digest of the whole tree.
    package func content(
        of commit: CommitHash, in repository: RepositoryID, files: [String],
        cancellation: LaunchCancellation
    ) async throws(WorkspaceFailure) -> String {
        let mirror = "\(mirrors)/\(repository.text).git"
        // Its receipt is that of the checkout's own calls without a remote, which is kept.
        let git = LaunchedGit(
            settings: settings, launcher: launcher, cancellation: cancellation, output: { _ in },
            receipt: { _ in })
        let place = ["--git-dir=\(mirror)"]
        guard !files.isEmpty else {
            let tree = try await git.require(
                "rev-parse",
                place + ["rev-parse", "--verify", "--end-of-options", commit.text + "^{tree}"],
                in: mirror)
            return String(decoding: tree.output, as: UTF8.self)
        }
        let all = try await git.require(
            "ls-tree", place + ["ls-tree", "-r", "-z", "--full-tree", commit.text], in: mirror)
        let globs = GlobList(files)
        // Each entry is `mode type digest<tab>path`; submodules are in no glob and in every build.
        let entries = all.output.split(separator: 0).filter { entry in
            guard let tab = entry.firstIndex(of: 9) else { return false }
            return entry.starts(with: "160000 ".utf8)
                || globs.matches(entry[(tab + 1)...].split(separator: 47).map(Array.init))
        }
        return entries.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    }

    private var mirrors: String { settings.root + "/mirrors" }
    private var finished: String { settings.root + "/builds" }
    private var attempts: String { settings.root + "/attempts" }

    private func workspace(of request: CheckoutRequest) -> Workspace {
        let folder = "\(attempts)/\(request.attempt.text)/\(request.role.rawValue)"
        return Workspace(
            attempt: request.attempt, role: request.role, commit: request.commit,
            checkout: folder + "/checkout", home: folder + "/home", temporary: folder + "/tmp")
    }

    private func makeFolders(of workspace: Workspace) throws(WorkspaceFailure) {
        do {
            try FolderTree.make(mirrors, mode: 0o711)
            try remove(workspace.attempt, role: workspace.role)
            for folder in [workspace.checkout, workspace.home, workspace.temporary] {
                try FolderTree.make(folder, mode: 0o700)
            }
            if let identity = settings.fetchIdentity {
                try FolderTree.give(workspace.checkout, to: identity)
            }
        } catch let failure as WorkspaceFailure {
            throw failure
        } catch let failure as SystemCallFailure {
            throw .file(failure)
        } catch {
            throw .gitFailed(operation: "make folders", reason: "\(error)")
        }
    }

    private func fill(
        _ workspace: Workspace, _ request: CheckoutRequest, _ git: LaunchedGit
    ) async throws(WorkspaceFailure) {
        let name = "\(mirrors)/\(request.repository.text)"
        let mirror = RepositoryMirror(
            path: name + ".git", url: request.url, credential: request.credential, git: git)
        try await mirror.fetch(request.commit, withTags: request.depth == nil)
        do {
            try await mirror.checkOut(
                request.commit, depth: request.depth, in: workspace.checkout)
        } catch .gitFailed {
            // A mirror that a power cut has damaged is made anew, once.
            try remove(mirror: mirror)
            try makeFolders(of: workspace)
            try await mirror.fetch(request.commit, withTags: request.depth == nil)
            try await mirror.checkOut(
                request.commit, depth: request.depth, in: workspace.checkout)
        }
        if request.submodules != .none {
            let submodules = SubmoduleFetch(
                git: git, mirrors: name + ".modules",
                isRecursive: request.submodules == .recursive)
            try await submodules.fill(
                SubmoduleFetch.Place(
                    folder: workspace.checkout, trail: [], commit: request.commit,
                    url: request.url))
        }
        // Last: no git of ours goes into a folder that a patch may have made a link of.
        if let patch = request.patch { try await apply(patch, to: workspace, git) }
    }

    /// git refuses what leads out of the work tree, into its own folder or through a link.
    private func apply(
        _ patch: [UInt8], to workspace: Workspace, _ git: LaunchedGit
    ) async throws(WorkspaceFailure) {
        let file = workspace.folder + "/patch.diff"
        do throws(SystemCallFailure) {
            let handle = try OwnedDescriptor.open(
                file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o644)
            let number = handle.rawValue
            _ = try retryingOnInterrupt("fchmod", path: file) { fchmod(number, 0o644) }
            try handle.write(patch)
        } catch {
            throw .file(error)
        }
        let place = [
            "--git-dir=\(workspace.checkout)/.git", "--work-tree=\(workspace.checkout)",
        ]
        let reply = try await git.run(
            "apply", place + ["apply", "--whitespace=nowarn", "--", file], in: workspace.checkout)
        guard reply.succeeded else {
            throw .patchRefused(FetchDiagnosis.summary(of: reply.message))
        }
    }

    private func remove(mirror: RepositoryMirror) throws(WorkspaceFailure) {
        do {
            try FolderTree.remove(mirror.path)
        } catch {
            throw .file(error)
        }
    }

    private func handOver(_ workspace: Workspace) throws(WorkspaceFailure) {
        guard let identity = settings.identity(of: workspace.role) else { return }
        do {
            for folder in [workspace.checkout, workspace.home, workspace.temporary] {
                try FolderTree.give(folder, to: identity)
            }
        } catch {
            throw .file(error)
        }
    }

    /// Removes half-made mirrors and the locks of a killed git, also of submodules' mirrors.
    private func sweep(mirror path: String) throws(SystemCallFailure) {
        if path.hasSuffix(".new") { return try FolderTree.remove(path) }
        if path.hasSuffix(".modules") {
            for name in try FolderTree.names(in: path) { try sweep(mirror: "\(path)/\(name)") }
        }
        guard path.hasSuffix(".git") else { return }
        let folders = ["", "/refs/fleetmark/commits", "/refs/remote/heads", "/refs/tags"]
        for folder in folders.map({ path + $0 }) {
            for name in try FolderTree.names(in: folder) where name.hasSuffix(".lock") {
                try FolderTree.remove("\(folder)/\(name)")
            }
        }
    }
}
