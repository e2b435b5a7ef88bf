import Foundation
import Glibc
import LinuxSystem
import Subprocess
import Testing

@testable import Isolation

private enum UnifiedHost {
    static let isHere: Bool = {
        let offered = try? KernelTree().text("/sys/fs/cgroup/cgroup.controllers")
        return LaunchProbe.isRoot && (offered ?? "").contains("cpuset")
    }()
}

/// The second version's control groups with all their controllers, as on most hosts of today.
/// Skipped on others; `scripts/prove cgroup2` boots kernels that have them.
@Suite(.enabled(if: UnifiedHost.isHere), .serialized) struct UnifiedGroupTests {
    /// Kernels that give partitions below groups that are none.
    private static let givesPartitions: Bool = {
        var facts = utsname()
        uname(&facts)
        let release = withUnsafeBytes(of: &facts.release) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        return numbers.count == 2 && (numbers[0], numbers[1]) >= (6, 7)
    }()

    private func groups() async throws -> ControlGroups {
        try #require(try await RoomProbe.launcher().abilities.groups)
    }

    @Test func `the agent stands aside in its delegated group`() async throws {
        #expect(try await groups().kind == .unified)
        let own = try KernelTree().text("/proc/self/cgroup").trimmingWhitespace()
        #expect(own.hasSuffix("/supervisor"), "\(own)")
        #expect(try await groups().degradations.isEmpty)
    }

    @Test func `a program is born in its group, with its processors and pressure`() async throws {
        try await RoomProbe.lend { room in
            let script = "grep Cpus_allowed_list /proc/self/status; cat /proc/self/cgroup"
            var plan = room.plan(["/bin/sh", "-c", script])
            plan.cpus = [3]
            plan.limits.group = GroupLimits(cpus: [3], memoryBytes: 256 << 20, processes: 64)
            let result = try await room.run(plan)
            let lines = result.out.split(separator: "\n")
            #expect(lines.first == "Cpus_allowed_list:\t3")
            #expect(lines.last?.contains("/fleetmark-run-") == true)
            let group = try #require(result.outcome.group)
            #expect(group.processorPressureMicroseconds != nil)
            #expect((group.memoryPeakBytes ?? 0) > 0)
            #expect(result.outcome.receipt.group?.version == 2)
        }
    }

    @Test(arguments: [[3], [2, 3]])
    func `processors are its own where the kernel gives them, and else the reason is told`(
        _ cpus: [Int]
    ) async throws {
        let base = try #require(try await groups().base)
        try await RoomProbe.lend { room in
            var plan = room.plan(["/bin/sh", "-c", "echo; sleep 0.5"])
            plan.cpus = cpus
            plan.limits.group = GroupLimits(
                cpus: cpus, ownsCPUs: true, memoryBytes: 256 << 20, processes: 64)
            let seen = ChunkStore()
            // While it runs nobody else may be on its processors.
            let result = try await room.run(plan) { _ in
                let left = base.below("supervisor").text("cpuset.cpus.effective") ?? "?"
                seen.append(
                    OutputChunk(stream: .out, bytes: Array(left.utf8), nanosecondsSinceStart: 0))
            }
            let left = String(decoding: seen.chunks.first?.bytes ?? [], as: UTF8.self)
            let receipt = result.outcome.receipt
            if Self.givesPartitions {
                #expect(receipt.group?.ownsCPUs == true, "\(receipt.missing)")
                #expect(receipt.levelReached == .full)
                #expect(CPUList.parse(left).map { Set($0).isDisjoint(with: cpus) } == true)
            } else {
                #expect(receipt.group?.ownsCPUs == false)
                #expect(receipt.levelReached == .partial)
                let reason = receipt.missing.first { $0.item == "partition-refused" }?.reason
                #expect(
                    reason?.contains("Parent is not a partition root") == true, "\(reason ?? "")")
            }
        }
        // Afterwards they are everybody's again.
        let all = base.below("supervisor").text("cpuset.cpus.effective").flatMap(CPUList.parse)
        #expect(all?.contains(3) == true)
    }

    @Test func `what is set aside above is put back for an agent that was killed`() async throws {
        let base = try #require(try await groups().base)
        func aside() -> [String] {
            var texts: [String] = []
            var next: GroupFolder? = base
            while let group = next, let text = group.text(PartitionRecord.file) {
                texts.append(text)
                next = group.parent
            }
            return texts
        }
        let before = aside()
        // No process has this number: it is above what the kernel gives.
        let folder = base.below("fleetmark-run-4194999-9")
        var making = GroupMaking(
            limits: GroupLimits(cpus: [3], ownsCPUs: true, memoryBytes: 1 << 28))
        _ = making.makeUnified(folder, hasControllers: true)
        #expect(making.ownsCPUs == Self.givesPartitions, "\(making.refusals)")
        #expect(aside().allSatisfy { $0 == "3" })
        let record = PartitionRecord.folder + "/" + folder.name
        #expect(FileManager.default.fileExists(atPath: record) == !before.isEmpty)
        let found = ControlGroups.find()
        #expect(!folder.exists)
        #expect(aside() == before)
        #expect(!FileManager.default.fileExists(atPath: record))
        #expect((found.partitionProblem([3]) == nil) == Self.givesPartitions)
        #expect(aside() == before)
    }

    @Test func `in a group at the top a partition is given by every kernel`() async throws {
        let top = GroupFolder(tree: KernelTree(), path: "/sys/fs/cgroup")
        let name = "fleetmark-run-\(getpid())-top"
        var making = GroupMaking(
            limits: GroupLimits(cpus: [3], ownsCPUs: true, memoryBytes: 1 << 28))
        let made = making.makeUnified(top.below(name), hasControllers: true)
        let folder = try #require(made)
        #expect(folder.text("cpuset.cpus.partition") == "isolated", "\(making.refusals)")
        #expect(making.ownsCPUs)
        #expect(RunGroup.isRemoved(folder))
    }

    @Test func `what an agent left that is gone is ended and removed`() async throws {
        let base = try #require(try await groups().base)
        // No process has this number: it is above what the kernel gives.
        let folder = base.below("fleetmark-run-4194999-1")
        try folder.make()
        let sleeper = try await Subprocess.run(
            .name("sh"),
            arguments: ["-c", "sleep 600 >/dev/null 2>&1 & echo $!"], output: .string(limit: 64)
        ).standardOutput.trimmingWhitespace()
        try folder.write(sleeper, to: "cgroup.procs")
        _ = ControlGroups.find()
        #expect(!folder.exists)
        #expect(Int32(sleeper).map(LaunchProbe.isAlive) == false)
    }
}
