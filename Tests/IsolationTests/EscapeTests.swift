import Foundation
import Glibc
import Isolation
import LinuxSystem
import Testing

/// What a hostile program tries, in the room of a benchmark and in that of a build; every attempt
/// is refused with the kernel's own word, and the host is as it was.
///
/// `UnprivilegedEscapeTests` runs the same tests for an agent that is not root.
@Suite(.enabled(if: LaunchProbe.isRoot || LaunchProbe.isInUserRooms)) struct EscapeTests {
    /// Runs one attempt in both rooms.
    ///
    /// `refusals`: the words with which it may be refused.
    private func expect(
        _ refusals: Set<String>, _ attempt: String, _ argument: String = "",
        cpus: [Int] = [], at place: Testing.SourceLocation = #_sourceLocation
    ) async throws {
        for phase in [LaunchPhase.measure, .build] {
            try await RoomProbe.lend { room in
                let program = try await HostileProgram.path()
                var plan = room.plan([program, attempt, argument]) {
                    $0.shares.insert(.init(program), at: 0)
                }
                plan.phase = phase
                plan.cpus = cpus
                plan.limits.group = GroupLimits(cpus: cpus, processes: 64)
                if phase == .build { plan.room?.temporary = .folder(room.folder) }
                let result = try await room.run(plan)
                #expect(result.outcome.ending == .exited(1), "\(phase)", sourceLocation: place)
                let word = result.out.trimmingWhitespace()
                #expect(refusals.contains(word), "\(phase): \(word)", sourceLocation: place)
            }
        }
    }

    /// Readable for everybody, as a careless host has it.
    private func withSecret(_ body: (String) async throws -> Void) async throws {
        try await ScratchFolder.lend { folder in
            let path = folder + "/agent.key"
            try "secret".write(toFile: path, atomically: true, encoding: .utf8)
            try #require(chmod(path, 0o644) == 0)
            try await body(path)
        }
    }

    // Files of the host.

    @Test func `a key that everybody may read is not there`() async throws {
        try await withSecret { try await expect(["ENOENT"], "read", $0) }
    }

    @Test func `the host's passwords cannot be read`() async throws {
        try await expect(["EACCES"], "read", "/etc/shadow")
    }

    @Test func `root's home is not there`() async throws {
        try await expect(["ENOENT"], "list", "/root")
    }

    @Test func `people's homes are not there`() async throws {
        try await expect(["ENOENT"], "list", "/home")
    }

    @Test func `the agent's state is not there`() async throws {
        try await expect(["ENOENT"], "list", "/var/lib")
    }

    @Test func `private keys of services are covered`() async throws {
        try await expect(["EACCES", "ENOENT"], "list", "/etc/ssl/private")
    }

    @Test func `programs of the host cannot be changed`() async throws {
        try await expect(["EACCES", "EROFS"], "write", "/usr/bin/git")
    }

    @Test func `settings of the host cannot be changed`() async throws {
        try await expect(["EACCES", "EROFS"], "write", "/etc/passwd")
    }

    @Test func `the root cannot be written`() async throws {
        try await expect(["EROFS"], "write", "/file")
    }

    @Test func `a folder that everybody may write is not there`() async throws {
        try await ScratchFolder.lend { folder in
            try #require(chmod(folder, 0o1777) == 0)
            try await expect(["ENOENT"], "write", folder + "/file")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test func `a link out of the workspace leads nowhere`() async throws {
        try await ScratchFolder.lend { folder in
            try #require(chmod(folder, 0o1777) == 0)
            try await expect(["ENOENT"], "write-by-link", folder + "/file")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test func `disks are not there`() async throws {
        try await expect(["ENOENT"], "read", "/dev/vda")
    }

    @Test func `the machine's memory is not there`() async throws {
        try await expect(["ENOENT"], "read", "/dev/mem")
    }

    @Test func `no device can be made`() async throws {
        try await expect(["EPERM"], "make-device")
    }

    // The kernel's files.

    @Test func `the kernel's memory is covered`() async throws {
        try await expect(["EACCES", "ENOENT"], "read", "/proc/kcore")
    }

    @Test func `settings of the kernel cannot be changed`() async throws {
        try await expect(["EROFS", "EACCES"], "write", "/proc/sys/kernel/core_pattern")
    }

    @Test func `the machine cannot be stopped by a key`() async throws {
        try await expect(["EACCES", "EROFS", "ENOENT"], "write", "/proc/sysrq-trigger")
    }

    @Test func `devices cannot be set up`() async throws {
        try await expect(["EROFS", "EACCES", "ENOENT"], "write", "/sys/kernel/mm/ksm/run")
    }

    @Test func `control groups are out of reach`() async throws {
        try await expect(["ENOENT", "EROFS", "EACCES"], "cgroup")
    }

    // The network.

    @Test func `a server of the host cannot be reached`() async throws {
        let server = try LoopbackServer()
        try await expect(["ECONNREFUSED"], "connect", "\(server.port)")
        #expect(!server.hasCaller)
    }

    @Test func `the world cannot be reached`() async throws {
        try await expect(["ENETUNREACH"], "connect-outside")
    }

    @Test func `no name can be asked for`() async throws {
        try await expect(["ENETUNREACH"], "ask-names")
    }

    @Test func `no raw socket is given`() async throws {
        try await expect(["EPERM"], "raw-socket")
    }

    @Test func `a service without a path cannot be reached`() async throws {
        let service = try AbstractService()
        try await expect(["ECONNREFUSED"], "abstract-socket", service.name)
    }

    // Processes.

    @Test func `the agent cannot be signalled`() async throws {
        try await expect(["ESRCH"], "signal", "\(getpid())")
    }

    @Test func `a signal for everybody reaches nobody outside`() async throws {
        // Of the same user as the program, which without a room could end it.
        let cancellation = LaunchCancellation()
        let (begun, begin) = AsyncStream<Void>.makeStream()
        async let bystander = LaunchProbe.run(
            LaunchProbe.shell("echo; exec sleep 600", limits: LaunchLimits(wall: .seconds(120))),
            cancellation: cancellation
        ) { _ in begin.finish() }
        for await _ in begun {}
        try await expect(["ESRCH"], "signal-all")
        cancellation.cancel(.now)
        // One that was killed before would have ended by itself.
        #expect(try await bystander.outcome.cause == .cancelled)
    }

    @Test func `the first process cannot be ended`() async throws {
        try await expect([LaunchProbe.isInUserRooms ? "ECANCELED" : "EPERM"], "signal-init")
    }

    @Test func `the first process cannot be traced`() async throws {
        try await expect(["EPERM"], "trace-init")
    }

    @Test func `nothing can be traced`() async throws {
        try await expect(["EPERM"], "trace-self")
    }

    @Test func `no other process's memory can be read`() async throws {
        try await expect(["EPERM"], "read-memory")
    }

    @Test func `the first process's memory cannot be opened`() async throws {
        try await expect(["EACCES", "EPERM"], "spoil-parent")
    }

    @Test func `memory that the host's processes share is not there`() async throws {
        let key = 0x464d_0000 | Int32(getpid() & 0xffff)
        let segment = shmget(key, 4096, 0o666 | Int32(IPC_CREAT))
        try #require(segment >= 0)
        defer { shmctl(segment, Int32(IPC_RMID), nil) }
        try await expect(["ENOENT"], "host-memory", "\(key)")
    }

    // Rights.

    @Test func `nothing can be mounted`() async throws {
        try await expect(["EPERM"], "mount")
    }

    @Test func `nothing can be mounted the new way`() async throws {
        try await expect(["EPERM"], "new-mount-api")
    }

    @Test func `a read-only folder stays so`() async throws {
        try await expect(["EPERM"], "remount")
    }

    @Test func `nothing can be uncovered`() async throws {
        try await expect(["EPERM"], "unmount")
    }

    @Test func `the root cannot be changed`() async throws {
        try await expect(["EPERM"], "pivot")
        try await expect(["EPERM"], "chroot")
    }

    @Test func `no module can be loaded`() async throws {
        try await expect(["EPERM"], "load-module")
    }

    @Test func `no kernel can be loaded`() async throws {
        try await expect(["EPERM"], "load-kernel")
    }

    @Test func `root cannot be become`() async throws {
        // Inside a namespace of users that has no root there is none to become.
        try await expect([LaunchProbe.isInUserRooms ? "EINVAL" : "EPERM"], "become-root")
    }

    @Test func `no namespace of its own is given`() async throws {
        try await expect(["EPERM"], "user-namespace")
        try await expect(["EPERM"], "clone-namespace")
        try await expect(["ENOSYS"], "clone3-namespace")
    }

    @Test func `no namespace of another can be entered`() async throws {
        try await expect(["EACCES", "EPERM"], "enter-namespace")
    }

    @Test func `no counter is given unless asked for`() async throws {
        try await expect(["EPERM"], "count")
    }

    @Test func `no program of the kernel is taken`() async throws {
        try await expect(["EPERM"], "bpf")
    }

    @Test func `no key is kept`() async throws {
        try await expect(["EPERM"], "keys")
    }

    @Test func `the clock cannot be set`() async throws {
        try await expect(["EPERM"], "set-clock")
    }

    @Test func `the host cannot be renamed`() async throws {
        try await expect(["EPERM"], "rename-host")
    }

    @Test func `a limit cannot be raised`() async throws {
        try await expect(["EPERM"], "raise-limit")
    }

    @Test func `it cannot go before others`() async throws {
        try await expect(["EACCES", "EPERM"], "go-first")
        try await expect(["EPERM"], "real-time")
    }

    @Test func `a processor that it was not given cannot be taken`() async throws {
        let allowed = try CpuTopology(reading: KernelTree()).allowed
        try #require(allowed.count > 1)
        let groups = try await RoomProbe.launcher().abilities.groups
        guard groups?.kind != ControlGroups.Kind.none else {
            // Without them nothing but the program's own mask holds it (README, isolation).
            try #require(LaunchProbe.isInUserRooms)
            return
        }
        try await expect(
            ["EINVAL"], "take-processor", "\(allowed[0])", cpus: [allowed[1]])
    }
}
