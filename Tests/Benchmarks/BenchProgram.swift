// Benchmarks of Fleetmark itself, beside a peer in the same run; `scripts/bench` builds and starts
// them. Figures come from interleaved rounds, so that what the machine does meanwhile meets all
// sides alike, and what is compared is a ratio.

import ArgumentParser
import Foundation
import Isolation
import LinuxSystem

@main struct BenchProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scripts/bench", abstract: "Measure Fleetmark beside its peers.",
        subcommands: [
            OverheadBench.self, NoiseBench.self, StatisticsBench.self,
            CharacteristicsBench.self, DecisionsBench.self, FormatBench.self, BaselineBench.self,
        ])
}

/// What every benchmark of launches needs.
struct Workshop {
    /// An unprivileged user that owns nothing else.
    static let identity = geteuid() == 0 ? ProcessIdentity(uid: 64_041, gid: 64_041) : nil

    let folder: String
    let bare: Launcher
    let walled: Launcher

    /// `launcher`: the path of `fleetmark-launch`; beside this program by default.
    static func open(launcher: String?) async throws -> Workshop {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let beside = URL(fileURLWithPath: own).deletingLastPathComponent().path
        let path = launcher ?? beside + "/fleetmark-launch"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw ValidationError("\(path) is missing; --launcher names it elsewhere")
        }
        let folder = "/tmp/fleetmark-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755])
        return Workshop(
            folder: folder, bare: Launcher(programPath: path),
            walled: Launcher(
                programPath: path, abilities: await .probe(programPath: path, identity: identity)))
    }

    func close() { try? FileManager.default.removeItem(atPath: folder) }

    /// Compiles `spin.c` of the tests of isolation.
    func spinner() throws -> String {
        let source =
            #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
            .joined(separator: "/") + "/IsolationTests/Programs/spin.c"
        let program = folder + "/spin"
        let compiler = try PlainProcess.run(
            "/usr/bin/cc", ["-O1", "-o", program, source], output: folder + "/cc.log")
        guard compiler.status == 0 else { throw ValidationError("cc cannot compile \(source)") }
        return program
    }

    func plan(_ arguments: [String], cpus: [Int] = []) -> LaunchPlan {
        LaunchPlan(
            arguments: arguments, directory: "/",
            environment: ["PATH": CleanEnvironment.standardPath], identity: Self.identity,
            cpus: cpus, limits: LaunchLimits(wall: .seconds(60)), phase: .measure)
    }

    /// As an attempt has it: a room, a control group, fixed addresses.
    func walledPlan(_ arguments: [String], cpus: [Int] = []) -> LaunchPlan {
        var plan = plan(arguments, cpus: cpus)
        plan.room = LaunchRoom(shares: [.init(folder)], temporary: .memory(bytes: 16 << 20))
        plan.limits.group = GroupLimits(
            cpus: cpus, ownsCPUs: true, memoryBytes: 1 << 30, processes: 64)
        plan.disableAddressRandomisation = true
        return plan
    }
}
