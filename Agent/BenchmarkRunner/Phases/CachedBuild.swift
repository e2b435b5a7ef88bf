import FleetModel
import Glibc
import HostFacts
import Isolation
import Workspaces

/// The finished build that fits one side, where this host keeps one.
struct CachedBuild {
    private let cache: BuildCache
    private let key: String
    private let files: KeptFiles
    private let mayRestore: Bool
    private let identity: ProcessIdentity?
    private let workspace: Workspace
    private let cancellation: AttemptCancellation

    /// `nil` where nothing is kept: nobody asked for it, the agent has no room for it, or programs
    /// see the folders of their attempt by names that the next attempt does not have.
    ///
    /// Throws: why the content of the commit could not be read.
    static func find(
        _ wish: BuildWish, of workspace: Workspace, in plan: AttemptPlan, on host: RunnerHost,
        _ cancellation: AttemptCancellation
    ) async throws(WorkspaceFailure) -> CachedBuild? {
        let view = plan.buildIsolation.view(host.launcher.view)
        guard let wanted = wish.cache, let cache = host.workspaces.builds, view == .room else {
            return nil
        }
        // Without outputs the whole checkout is kept: it must be that of the very tree.
        let files = wish.outputs.isEmpty ? [] : wanted.files
        let content = try await host.workspaces.content(
            of: workspace.commit, in: plan.repository.id, files: files,
            cancellation: cancellation.launches)
        // Patterns that mean nothing would make every commit's build fit.
        guard !content.isEmpty else { return nil }
        return CachedBuild(
            cache: cache.ended(by: cancellation.launches),
            key: host.reader.imageDigest(
                ["1", plan.repository.id.text, wanted.recipe, content]
                    + Self.marks(of: workspace, plan) + Self.places(host).map(Self.trace)),
            files: KeptFiles(outputs: wish.outputs, paths: wanted.paths),
            mayRestore: !wanted.isFresh,
            identity: host.workspaces.settings.identity(of: workspace.role),
            workspace: workspace, cancellation: cancellation)
    }

    /// What a build may have written into its programs besides the content: the commit's name where
    /// it sees all history, and a change on top.
    private static func marks(of workspace: Workspace, _ plan: AttemptPlan) -> [String] {
        let revision = plan.revisions.first { $0.role == workspace.role }
        return [
            plan.repository.depth == nil ? workspace.commit.text : "",
            String(decoding: revision?.patch ?? [], as: UTF8.self),
        ]
    }

    /// Where toolchains stand that are in no list of packages.
    private static func places(_ host: RunnerHost) -> [String] {
        let rooms = host.workspaces.settings.rooms
        return rooms.readable + rooms.writable + ["/usr/local/bin", "/usr/local/lib", "/opt"]
    }

    /// What changes when something is put into a folder or taken away.
    private static func trace(of path: String) -> String {
        var facts = stat()
        guard unsafe lstat(path, &facts) == 0 else { return "\(path) is not there" }
        let changed = facts.st_mtim
        return "\(path) \(facts.st_ino) \(changed.tv_sec).\(changed.tv_nsec)"
    }

    /// Throws: the checkout is spoilt, and the build forgotten.
    func restore() throws(RunnerStop) -> BuildCache.Entry? {
        guard mayRestore else { return nil }
        do {
            return try cache.restore(key, files, into: workspace, for: identity)
        } catch {
            if cancellation.isCancelled { throw .cancelled }
            throw .failed(
                Failure(
                    .infraTransient, .other, "a build that was kept cannot be put back: \(error)"))
        }
    }

    /// Returns: why the build is not kept; `nil` where it is.
    func keep(wallNanoseconds: Int64) -> String? {
        let entry = BuildCache.Entry(
            commit: workspace.commit, wallNanoseconds: wallNanoseconds,
            builtSeconds: Int64(time(nil)))
        do {
            try cache.keep(key, files, of: workspace, identity, entry)
            return nil
        } catch {
            return "\(error)"
        }
    }
}

extension BuildCache.Entry {
    /// For people.
    var sentence: String {
        let hours = max(0, Int64(time(nil)) - builtSeconds) / 3600
        let age = hours < 48 ? "\(hours) h" : "\(hours / 24) days"
        return "taken from a build of \(commit.prefix(12)) that was made \(age) ago"
    }
}
