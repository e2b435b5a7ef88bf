import Counters
import Foundation
import Glibc
import Isolation
import LinuxSystem
import Synchronization
import TestSupport
import Testing

extension CountedRun {
    init(_ stand: LaunchStand) {
        self.init(launcher: stand.launcher, groupFolder: stand.groupFolder)
    }
}

/// A compiled `Programs/workload.c` in a folder of its own, run through the real launcher.
struct Workload {
    let folder: String

    static let isRoot = geteuid() == 0
    /// Numbers that own nothing else on the machine.
    private static let identity = isRoot ? ProcessIdentity(uid: 64_021, gid: 64_021) : nil

    /// Compiles and lends.
    static func lend(_ body: (Workload) async throws -> Void) async throws {
        var name = Array("/tmp/fleetmark-counters-XXXXXX".utf8CString)
        let made = mkdtemp(&name)
        try #require(made != nil)
        let folder = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { Self.remove(folder) }
        chmod(folder, 0o777)
        let workload = Workload(folder: folder)
        try workload.write(try Self.source(), to: "workload.c")
        let compiled = try await workload.launch([
            "cc", "-O1", "-pthread", "-o", workload.program, "workload.c",
        ])
        try #require(compiled.succeeded)
        try await body(workload)
    }

    var program: String { folder + "/workload" }

    /// An empty folder that the program's user may write.
    func freshFolder(_ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        try #require(mkdir(path, 0o777) == 0)
        chmod(path, 0o777)
        return path
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        let path = "\(folder)/\(name)"
        let file = try OwnedDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        try file.write(bytes)
    }

    /// The checkout may lie where the program's user cannot go.
    private static func source() throws -> [UInt8] {
        let here = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        return try KernelTree().bytes("/\(here)/Programs/workload.c")
    }

    func launch(_ arguments: [String], gate: LaunchGate? = nil) async throws -> LaunchOutcome {
        let launcher = Launcher(programPath: try BuiltProducts.path(of: "fleetmark-launch"))
        let environment = CleanEnvironment.base(
            home: folder, temporary: folder, profile: .deterministic,
            extra: CachegrindTool.environment)
        let plan = LaunchPlan(
            arguments: arguments, directory: folder, environment: environment,
            identity: Self.identity, limits: LaunchLimits(wall: .seconds(300)),
            disableAddressRandomisation: true, phase: .measure)
        return try await launcher.run(
            plan, cancellation: LaunchCancellation(), gate: gate, output: { _ in })
    }

    /// What the tree of one execution counted.
    func count(
        _ arguments: [String], _ events: [CounterEvent]
    ) async throws -> (outcome: LaunchOutcome, report: CounterReport) {
        let groups = try #require(CounterPasses.passes(of: events, budget: 6).first)
        let counters = TreeCounters(groups, on: CounterHost())
        let outcome = try await launch(arguments) {
            counters.open(on: CountedRun($0))
        }
        return (outcome, counters.finish(survivors: outcome.survivingProcesses))
    }

    static func remove(_ folder: String) {
        try? FileManager.default.removeItem(atPath: folder)
    }
}
