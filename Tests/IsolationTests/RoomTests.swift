import Foundation
import Glibc
import Isolation
import LinuxSystem
import Testing

/// What a program sees of its host when it is launched in a room.
@Suite(.enabled(if: LaunchProbe.isRoot)) struct RoomTests {
    @Test func `this host gives all namespaces and the filter`() async throws {
        let abilities = try await RoomProbe.launcher().abilities
        #expect(abilities.namespaces == [.mount, .pid, .net, .ipc, .uts])
        #expect(abilities.filtersCalls)
        #expect(abilities.view == .room)
    }

    @Test func `the receipt says what was in force`() async throws {
        try await RoomProbe.lend { room in
            var plan = room.plan(["true"])
            plan.limits.group = GroupLimits(memoryBytes: 64 << 20, processes: 32)
            let receipt = try await room.run(plan).outcome.receipt
            #expect(receipt.namespaces == ["mount", "pid", "net", "ipc", "uts"])
            #expect(receipt.seccomp)
            #expect(receipt.network == "off")
            #expect(receipt.scheduler == "other")
            #expect(receipt.noNewPrivileges && receipt.capabilities.isEmpty)
            #expect(!receipt.missing.map(\.item).contains("room"))
        }
    }

    @Test func `the root holds programs, an own folder and nothing of the host besides`()
        async throws
    {
        try await RoomProbe.lend { room in
            let names = try await room.shell("ls -A /").out.split(separator: "\n").map(String.init)
            let programs = [
                "bin", "etc", "lib", "lib32", "lib64", "libx32", "nix", "opt", "sbin", "usr",
            ]
            #expect(
                names.filter { !programs.contains($0) } == [
                    "dev", "proc", "run", "sys", "tmp", "var", "workspace",
                ])
        }
    }

    @Test func `it is process 2 of three, under a name of its own`() async throws {
        try await RoomProbe.lend { room in
            let result = try await room.shell("echo $$; hostname; ls /proc | grep -c '^[0-9]'")
            // The first process, the shell, and one of the two of the pipe at least.
            let lines = result.out.split(separator: "\n")
            #expect(lines.prefix(2) == ["2", "bench"])
            #expect(lines.last.flatMap { Int($0) }.map { (3...4).contains($0) } == true)
        }
    }

    @Test func `only a loopback device is there, and it works`() async throws {
        try await RoomProbe.lend { room in
            let script = """
                ls /sys/class/net
                exec python3 -c '
                import socket
                server = socket.create_server(("127.0.0.1", 0))
                client = socket.create_connection(server.getsockname())
                print(client.getpeername()[0])'
                """
            let result = try await room.shell(script)
            // The folder of devices is the host's, for want of a /sys of the namespace's own.
            #expect(result.out.hasSuffix("127.0.0.1\n"), "\(result.err)")
            let devices = try await room.shell("tail -n +3 /proc/net/dev | cut -d: -f1")
            #expect(devices.out.trimmingWhitespace() == "lo")
        }
    }

    @Test func `with the network asked for, the host's devices are there`() async throws {
        try await RoomProbe.lend { room in
            let plan = room.plan(["readlink", "/proc/self/ns/net"]) { $0.hasNetwork = true }
            let result = try await room.run(plan)
            let own = try FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/ns/net")
            #expect(result.out.trimmingWhitespace() == own)
            #expect(result.outcome.receipt.network == "on")
        }
    }

    @Test func `what it writes into its folder stays, and its temporary files do not`()
        async throws
    {
        try await RoomProbe.lend { room in
            let script = "echo kept >file; echo gone >/tmp/file; cat /tmp/file /var/tmp/file"
            #expect(try await room.shell(script).out == "gone\ngone\n")
            let kept = try String(contentsOfFile: room.folder + "/file", encoding: .utf8)
            #expect(kept == "kept\n")
            #expect(try await room.shell("cat /tmp/file").outcome.ending == .exited(1))
        }
    }

    @Test func `shares are read-only unless said otherwise, and missing ones are left out`()
        async throws
    {
        try await RoomProbe.lend { room in
            try await ScratchFolder.lend { other in
                try #require(chmod(other, 0o1777) == 0)
                try "text".write(
                    toFile: other + "/file", atomically: true, encoding: .utf8)
                let plan = room.plan(
                    ["/bin/sh", "-c", "cat \(other)/file; touch \(other)/new; ls /no-such-share"]
                ) { $0.shares.insert(contentsOf: [.init(other), .init("/no-such-share")], at: 0) }
                let result = try await room.run(plan)
                #expect(result.out == "text")
                #expect(result.err.contains("Read-only file system"))
                #expect(result.err.contains("No such file"))
            }
        }
    }

    @Test func `usual devices work`() async throws {
        try await RoomProbe.lend { room in
            let script = """
                echo x >/dev/null && head -c 4 /dev/urandom | wc -c && echo out >/dev/stdout
                exec python3 -c '
                import os, pty
                leader, follower = pty.openpty()
                print(os.ttyname(follower))'
                """
            let result = try await room.shell(script)
            #expect(result.out == "4\nout\n/dev/pts/0\n", "\(result.err)")
        }
    }

    @Test func `all of it ends, whatever it became`() async throws {
        try await RoomProbe.lend { room in
            let script = "(setsid sleep 1000 >/dev/null 2>&1 &) ; sleep 1000 & echo; exit 3"
            let outcome = try await room.shell(script).outcome
            #expect(outcome.ending == .exited(3))
            #expect(outcome.leftoverProcesses == 2)
            #expect(outcome.survivingProcesses == 0)
        }
    }

    @Test func `a program that cannot be started is named`() async throws {
        try await RoomProbe.lend { room in
            await #expect(throws: LaunchFailure.executableMissing("no-such-program")) {
                try await room.run(room.plan(["no-such-program"]))
            }
        }
    }

    @Test func `a share that cannot be made is named`() async throws {
        try await RoomProbe.lend { room in
            let plan = room.plan(["true"]) {
                $0.shares.append(.init("/no-such-share", at: "/workspace/x", isWritable: true))
            }
            await #expect(
                throws: LaunchFailure.setupFailed(
                    step: .mount, errno: ENOENT, subject: "/workspace/x")
            ) { try await room.run(plan) }
        }
    }

    @Test func `counters opened at the gate count what happens in the room`() async throws {
        try await RoomProbe.lend { room in
            let seen = ChunkStore()
            let launcher = try await RoomProbe.launcher()
            _ = try await launcher.run(
                room.plan(["/bin/sh", "-c", "echo in"]), gate: { #expect($0.launcher > 1) },
                output: { seen.append($0) })
            #expect(String(decoding: seen.chunks.flatMap(\.bytes), as: UTF8.self) == "in\n")
        }
    }
}
