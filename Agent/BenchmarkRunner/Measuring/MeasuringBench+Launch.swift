import FleetModel
import Glibc
import Isolation
import Workspaces

/// How the programs of an entry are launched.
extension MeasuringBench {
    func launch(
        _ call: Call, _ workspace: Workspace, _ home: BenchmarkHome, wall: Duration
    ) throws(CaseFailure.Thrown) -> LaunchPlan {
        guard let folder = workspace.folder(call.directory) else {
            throw CaseFailure.Thrown(
                CaseFailure(
                    .suiteInvalid,
                    "'\(call.directory.prefix(200))' is not a folder inside the checkout."))
        }
        let seen = view(of: workspace)
        let environment = CleanEnvironment.base(
            home: seen.path(home.path), temporary: seen.temporary,
            profile: isolation.fixesSeeds ? .deterministic : .plain, extra: call.environment)
        return LaunchPlan(
            arguments: call.arguments, directory: seen.path(folder),
            environment: call.layout.padded(environment, arguments: call.arguments),
            standardInput: try input(call, workspace), identity: identity(workspace.role),
            cpus: cores.measuring, limits: limits(call, wall, workspace),
            disableAddressRandomisation: call.layout.fixesAddresses, phase: call.phase,
            room: room(seen, home, mayCount: call.phase == .profile), scheduling: scheduling)
    }

    private func input(
        _ call: Call, _ workspace: Workspace
    ) throws(CaseFailure.Thrown) -> StandardInput {
        guard let path = call.input else { return .null }
        do throws(Workspace.FileProblem) {
            let owner = identity(workspace.role)
            return .file(try workspace.file(path, of: owner), owner: owner?.uid ?? geteuid())
        } catch {
            throw CaseFailure.Thrown(
                CaseFailure(.suiteInvalid, "stdin: '\(path.prefix(200))' \(error)."))
        }
    }

    private func room(
        _ seen: WorkspaceView, _ home: BenchmarkHome, mayCount: Bool
    ) -> LaunchRoom? {
        let rooms = floor.rooms
        var room = seen.room(
            rooms, temporaryBytes: rooms.temporaryBytes, hasNetwork: isolation.hasNetwork,
            mayCount: mayCount)
        switch home.kind {
        case .view: room?.views.append(.init(seen.home, bytes: rooms.temporaryBytes))
        case .copy, .empty: room?.shares.append(.init(home.built, at: seen.home))
        }
        return room
    }

    /// With one or two processors the kernel's own threads would starve beside a real-time
    /// program, and all numbers with them.
    private var scheduling: LaunchScheduling {
        switch isolation.scheduling {
        case .other: .other
        case .batch: .batch
        case .fifo: floor.rooms.cpus.count > 2 ? .fifo : .other
        }
    }

    /// The paths that its programs see.
    func view(of workspace: Workspace) -> WorkspaceView {
        WorkspaceView(workspace, isolation.view(floor.launcher.view))
    }

    func limits(_ call: Call, _ wall: Duration, _ workspace: Workspace) -> LaunchLimits {
        let wish = isolation.limits
        var limits = floor.rooms.apply(
            to: LaunchLimits(
                wall: wall, silence: call.silence, grace: plan.limits.grace,
                fileSizeBytes: wish.diskBytes, processes: wish.processes),
            at: workspace.folder)
        limits.disk?.useBytes = wish.diskBytes
        limits.group?.cpus = cores.measuring
        limits.group?.ownsCPUs = isolation.ownsCores
        if let count = wish.processes { limits.group?.processes = count }
        if let bytes = wish.memoryBytes {
            limits.group?.memoryBytes = min(bytes, floor.rooms.memoryBytes ?? bytes)
        }
        return limits
    }
}
