import FleetModel
import FoundationEssentials
import GitRemote

/// The bare copy of one repository: all commits, trees and names, and as few files as the remote
/// lets us leave out.
///
/// The address and the credential are never written into it; each call that may use the network
/// brings them along, and a call that brings none cannot reach the network. Objects are never
/// dropped, so a commit that a branch has left stays known.
struct CommitMirror: Sendable {
    let source: RepositorySource
    let settings: CommitGraphSettings
    let git: GitCommand

    var path: String { "\(settings.root)/\(source.id.text).git" }

    /// Asks the mirror alone.
    func query(
        _ operation: String, _ arguments: [String], outputLimitBytes: Int = 64 << 20
    ) async throws(CommitGraphFailure) -> GitCommand.Reply {
        let guarded = GuardedGit(
            transports: settings.transports, searchPath: settings.searchPath)
        let call = GitCommand.Call(
            arguments: ["--git-dir=\(path)"] + arguments, environment: guarded.environment(),
            outputLimitBytes: outputLimitBytes, timeout: settings.queryLimit)
        return try await run(operation, call)
    }

    /// Runs git with the remote bound to `origin` and the credential at hand.
    func contact(
        _ operation: String, _ arguments: [String], limit: Duration, directory: String? = nil,
        outputLimitBytes: Int = 64 << 20
    ) async throws(CommitGraphFailure) -> GitCommand.Reply {
        guard settings.transports.contains(source.url.transport) else {
            throw .addressRefused(.transportNotAllowed(source.url.transport))
        }
        var guarded = GuardedGit(
            transports: settings.transports, searchPath: settings.searchPath)
        guarded.settings = [("fetch.writeCommitGraph", "true")]
        if source.url.transport == .file { guarded.globalConfiguration = trustFile }
        let environment = guarded.environment(
            remote: source.url, credential: source.credential)
        let call = GitCommand.Call(
            arguments: ["--git-dir=\(directory ?? path)"] + arguments, environment: environment,
            outputLimitBytes: outputLimitBytes, timeout: limit)
        do {
            return try await git.run(call)
        } catch {
            if case .timedOut(let limit) = error { throw .remoteTimeout(limit) }
            throw Self.failure(operation, error)
        }
    }

    private func run(
        _ operation: String, _ call: GitCommand.Call
    ) async throws(CommitGraphFailure) -> GitCommand.Reply {
        do {
            return try await git.run(call)
        } catch {
            throw Self.failure(operation, error)
        }
    }

    private static func failure(
        _ operation: String, _ failure: GitCommand.Failure
    ) -> CommitGraphFailure {
        switch failure {
        case .timedOut(let limit): .gitFailed(operation: operation, reason: "over \(limit)")
        case .outputTooLarge: .gitFailed(operation: operation, reason: "too much output")
        case .notStarted(let reason): .gitFailed(operation: operation, reason: reason)
        case .cancelled: .cancelled
        }
    }
}

// Making and filling.
extension CommitMirror {
    /// Fetches all branches and tags; makes the mirror first when there is none.
    func update() async throws(CommitGraphFailure) {
        try prepareFolder()
        let head = try await remoteHead()
        if !exists { try await create(for: head) }
        let reply = try await contact(
            "fetch",
            [
                "fetch", "--quiet", "--force", "--prune", "--no-tags", "--no-write-fetch-head",
                "--no-recurse-submodules", "--no-auto-maintenance", "--filter=blob:none",
                "origin", "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*",
            ], limit: settings.fetchLimit)
        guard reply.succeeded else { throw FetchDiagnosis.failure(from: reply.message) }
        if let branch = head.branch { try await remember(defaultBranch: branch) }
    }

    /// Fetches exactly one commit, which no branch or tag needs to reach any more.
    ///
    /// - Returns: false when the remote has no such object or does not give it away.
    func fetch(_ commit: CommitHash) async throws(CommitGraphFailure) -> Bool {
        let reply = try await contact(
            "fetch of one commit",
            [
                "fetch", "--quiet", "--no-tags", "--no-write-fetch-head",
                "--no-recurse-submodules", "--no-auto-maintenance", "--filter=blob:none",
                "origin", "\(commit.text):refs/fleetmark/commits/\(commit.text)",
            ], limit: settings.patience)
        if reply.succeeded { return true }
        guard FetchDiagnosis.saysObjectMissing(reply.message) else {
            throw FetchDiagnosis.failure(from: reply.message)
        }
        return false
    }

    var exists: Bool { FileManager.default.fileExists(atPath: path + "/HEAD") }

    /// Takes away locks that a killed git left. Only safe while no git runs in the mirror.
    func removeStaleLocks() {
        guard exists, let names = try? FileManager.default.subpathsOfDirectory(atPath: path) else {
            return
        }
        for name in names where name.hasSuffix(".lock") && !name.hasPrefix("objects/pack") {
            try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
        }
    }

    private struct RemoteHead {
        var branch: String?
        var usesSHA256 = false
    }

    private func remoteHead() async throws(CommitGraphFailure) -> RemoteHead {
        // The folder holds no repository yet, and need not.
        let reply = try await contact(
            "ls-remote", ["ls-remote", "--quiet", "--symref", "--", source.url.text, "HEAD"],
            limit: settings.fetchLimit, directory: exists ? path : "/nonexistent",
            outputLimitBytes: 1 << 20)
        guard reply.succeeded else { throw FetchDiagnosis.failure(from: reply.message) }
        var head = RemoteHead()
        for line in reply.lines {
            let fields = line.split(separator: "\t")
            guard fields.count == 2, fields[1] == "HEAD" else { continue }
            if fields[0].hasPrefix("ref: refs/heads/") {
                head.branch = String(fields[0].dropFirst("ref: refs/heads/".count))
            } else {
                head.usesSHA256 = fields[0].utf8.count == 64
            }
        }
        return head
    }

    private func create(for head: RemoteHead) async throws(CommitGraphFailure) {
        let draft = path + ".new"
        try? FileManager.default.removeItem(atPath: draft)
        let guarded = GuardedGit(
            transports: settings.transports, searchPath: settings.searchPath)
        let commands = [
            [
                "init", "--quiet", "--bare", "--template=", "--initial-branch=main",
                "--object-format=\(head.usesSHA256 ? "sha256" : "sha1")", "--", draft,
            ],
            ["--git-dir=\(draft)", "config", "core.repositoryFormatVersion", "1"],
            ["--git-dir=\(draft)", "config", "extensions.partialClone", "origin"],
            ["--git-dir=\(draft)", "config", "remote.origin.promisor", "true"],
            ["--git-dir=\(draft)", "config", "remote.origin.partialCloneFilter", "blob:none"],
        ]
        for arguments in commands {
            let reply = try await run(
                "init",
                GitCommand.Call(
                    arguments: arguments, environment: guarded.environment(),
                    timeout: settings.queryLimit))
            guard reply.succeeded else {
                throw .gitFailed(
                    operation: "init", reason: FetchDiagnosis.summary(of: reply.message))
            }
        }
        do {
            try FileManager.default.moveItem(atPath: draft, toPath: path)
        } catch {
            throw .gitFailed(operation: "init", reason: "\(path) cannot be put in place")
        }
    }

    private func remember(defaultBranch branch: String) async throws(CommitGraphFailure) {
        guard let reference = try? CommitReference(branch) else { return }
        _ = try await query(
            "default branch", ["symbolic-ref", "HEAD", "refs/heads/\(reference.text)"])
    }

    private var trustFile: String { "\(settings.root)/\(source.id.text).gitconfig" }

    private func prepareFolder() throws(CommitGraphFailure) {
        do {
            try FileManager.default.createDirectory(
                atPath: settings.root, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            guard source.url.transport == .file else { return }
            // git's server side opens a file remote of another owner only if told here.
            let text = FileRemoteTrust.configuration(for: source.url.path)
            try Data(text.utf8).write(to: URL(filePath: trustFile), options: .atomic)
        } catch {
            throw .gitFailed(
                operation: "init", reason: "\(settings.root) cannot be written: \(error)")
        }
    }
}
