import FleetModel
import Isolation
import Workspaces

/// What an execution finds as its HOME: the build's, to be changed without changing it.
struct BenchmarkHome {
    enum Kind: String, Sendable {
        /// The build's own, with changes that are thrown away.
        case view
        case copy
        case empty
    }

    /// Larger ones are not copied before each execution.
    static let copyBytes: Int64 = 256 << 20

    let kind: Kind
    /// Of the host.
    let path: String
    /// The build's.
    let built: String
    /// Why it is not what the build left, for the receipt; `nil` where that is nothing.
    let lack: IsolationFacts.Missing?
    private let workspace: Workspace

    /// Throws a copy away, with all that a stranger may have put into it.
    func remove() {
        if kind != .view { try? workspace.remove(Self.name) }
    }

    fileprivate static let name = "home-copy"

    fileprivate init(_ kind: Kind, _ workspace: Workspace, lacking how: String? = nil) {
        self.kind = kind
        self.workspace = workspace
        lack = how.map {
            IsolationFacts.Missing(
                item: "home",
                reason: "no overlay is laid over the build's HOME, so each execution gets \($0)",
                advice: "use a kernel with overlayfs, and measure.isolation partial or full")
        }
        built = workspace.home
        path = kind == .view ? workspace.home : "\(workspace.folder)/\(Self.name)"
    }

}

extension MeasuringBench {
    /// Makes the HOME of one execution.
    func home(of workspace: Workspace) async throws(RunnerStop) -> BenchmarkHome {
        guard !laysViews else { return BenchmarkHome(.view, workspace) }
        BenchmarkHome(.empty, workspace).remove()
        let path = try ResultSource.freshFolder(
            BenchmarkHome.name, beside: workspace.checkout, owner: identity(workspace.role))
        let limit = BenchmarkHome.copyBytes
        guard let bytes = workspace.homeBytes(upTo: limit) else {
            return BenchmarkHome(.empty, workspace)
        }
        guard bytes <= limit, try await copy(workspace, to: path) else {
            return BenchmarkHome(
                .empty, workspace, lacking: "an empty one: it is too large to be copied each time")
        }
        return BenchmarkHome(.copy, workspace, lacking: "a copy")
    }

    var laysViews: Bool {
        isolation.view(floor.launcher.view) == .room
            && floor.launcher.items.contains(LaunchAbilities.homeItem)
    }

    /// As the side's own user, who made what is copied.
    private func copy(_ workspace: Workspace, to path: String) async throws(RunnerStop) -> Bool {
        let seen = view(of: workspace)
        let limits = LaunchLimits(wall: min(.seconds(60), try timeLeft()))
        let plan = LaunchPlan(
            arguments: ["cp", "-a", "--reflink=auto", "\(seen.home)/.", seen.path(path)],
            directory: seen.checkout,
            environment: CleanEnvironment.base(home: seen.home, temporary: seen.temporary),
            identity: identity(workspace.role), cpus: floor.rooms.cpus,
            limits: floor.rooms.apply(to: limits, at: workspace.folder), phase: .setup,
            room: seen.room(floor.rooms, hasNetwork: false))
        let outcome = try? await floor.launcher.run(
            plan, cancellation: cancellation.launches, output: { _ in })
        if cancellation.isCancelled { throw .cancelled }
        return outcome?.succeeded == true
    }
}
