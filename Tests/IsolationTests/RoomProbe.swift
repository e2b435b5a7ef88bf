import Foundation
import Glibc
import Isolation
import LinuxSystem
import TestSupport
import Testing

/// A host's folder that becomes a room, and launches in it.
struct RoomProbe: Sendable {
    /// What this machine gives, tried once.
    private static let abilities = Task {
        await LaunchAbilities.probe(
            programPath: try BuiltProducts.path(of: "fleetmark-launch"),
            identity: LaunchProbe.identity)
    }

    /// Belongs to the program's user; inside it is `/workspace`.
    let folder: String

    static func lend(_ body: (RoomProbe) async throws -> Void) async throws {
        try await ScratchFolder.lend { scratch in
            let folder = scratch + "/workspace"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false)
            if let identity = LaunchProbe.identity {
                try #require(chown(folder, identity.uid, identity.gid) == 0)
            }
            try await body(RoomProbe(folder: folder))
        }
    }

    static func launcher() async throws -> Launcher {
        Launcher(
            programPath: try BuiltProducts.path(of: "fleetmark-launch"),
            abilities: try await abilities.value)
    }

    func plan(
        _ arguments: [String], limits: LaunchLimits = LaunchLimits(wall: .seconds(60)),
        change: (inout LaunchRoom) -> Void = { _ in }
    ) -> LaunchPlan {
        var room = LaunchRoom(
            shares: [.init(folder, at: LaunchRoom.workspace, isWritable: true)],
            temporary: .memory(bytes: 8 << 20))
        change(&room)
        var plan = LaunchProbe.plan(arguments, limits: limits)
        plan.directory = LaunchRoom.workspace
        plan.room = room
        return plan
    }

    func run(
        _ plan: LaunchPlan, onChunk: @escaping @Sendable (OutputChunk) -> Void = { _ in }
    ) async throws -> LaunchProbe.Result {
        try await LaunchProbe.run(plan, by: try await Self.launcher(), onChunk: onChunk)
    }

    func shell(_ script: String) async throws -> LaunchProbe.Result {
        try await run(plan(["/bin/sh", "-c", script]))
    }
}
