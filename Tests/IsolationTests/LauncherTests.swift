import Foundation
import Glibc
import Isolation
import LinuxSystem
import TestSupport
import Testing

@Suite struct LauncherTests {
    @Test(arguments: [0, 1, 7, 127, 255] as [Int32])
    func `the exit status is the target's own`(_ status: Int32) async throws {
        let result = try await LaunchProbe.run(LaunchProbe.shell("exit \(status)"))
        #expect(result.outcome.ending == .exited(status))
        #expect(result.outcome.cause == nil)
        #expect(result.outcome.succeeded == (status == 0))
        #expect(result.outcome.leftoverProcesses == 0)
    }

    @Test(arguments: [SIGTERM, SIGKILL, SIGSEGV])
    func `a signal that ends the target is named`(_ signal: Int32) async throws {
        let result = try await LaunchProbe.run(LaunchProbe.shell("kill -\(signal) $$"))
        #expect(result.outcome.ending == .signalled(signal))
        #expect(result.outcome.cause == nil)
    }

    @Test func `the environment is exactly the given one`() async throws {
        var plan = LaunchProbe.plan(["/usr/bin/env"])
        plan.environment = ["A": "1", "ODD": "x=y z", "EMPTY": "", "Ü": "ü"]
        let result = try await LaunchProbe.run(plan)
        let lines = Set(result.out.split(separator: "\n").map(String.init))
        #expect(lines == ["A=1", "ODD=x=y z", "EMPTY=", "Ü=ü"])
    }

    @Test func `arguments arrive as given`() async throws {
        let odd = ["", " ", "a\nb", "*", "$HOME", "ü"]
        let result = try await LaunchProbe.run(LaunchProbe.plan(["printf", "<%s>"] + odd))
        #expect(result.out == odd.map { "<\($0)>" }.joined())
    }

    @Test func `ten megabytes of output arrive whole and in order`() async throws {
        let script = "seq 1 1500000; echo end >&2"
        let result = try await LaunchProbe.run(LaunchProbe.shell(script))
        let expected = (1...1_500_000).map { "\($0)\n" }.joined()
        #expect(result.out.utf8.count == expected.utf8.count)
        #expect(result.out == expected)
        #expect(result.err == "end\n")
        #expect(result.outcome.standardOutputBytes == Int64(expected.utf8.count))
        #expect(result.outcome.standardErrorBytes == 4)
        #expect(result.chunks.allSatisfy { (1...65_536).contains($0.bytes.count) })
    }

    @Test func `standard input is empty unless a file is given`() async throws {
        let result = try await LaunchProbe.run(LaunchProbe.plan(["wc", "-c"]))
        #expect(result.out.trimmingWhitespace() == "0")
    }

    @Test func `standard input is the given file`() async throws {
        try await ScratchFolder.lend { folder in
            try "hello".write(toFile: folder + "/in", atomically: false, encoding: .utf8)
            var plan = LaunchProbe.plan(["cat"])
            plan.standardInput = .file(folder + "/in", owner: geteuid())
            let result = try await LaunchProbe.run(plan)
            #expect(result.out == "hello")
        }
    }

    @Test func `standard input is never read through a link`() async throws {
        try await ScratchFolder.lend { folder in
            let files = FileManager.default
            try files.createSymbolicLink(
                atPath: folder + "/in", withDestinationPath: "/etc/hostname")
            try files.createSymbolicLink(atPath: folder + "/etc", withDestinationPath: "/etc")
            for path in ["/in", "/etc/hostname"] {
                var plan = LaunchProbe.plan(["cat"])
                plan.standardInput = .file(folder + path, owner: geteuid())
                await #expect(throws: LaunchFailure.self) { try await LaunchProbe.run(plan) }
            }
        }
    }

    /// Whoever looked at the name before: what counts is the file that was opened.
    @Test func `standard input of another owner is refused`() async throws {
        try await ScratchFolder.lend { folder in
            try "secret".write(toFile: folder + "/in", atomically: false, encoding: .utf8)
            var plan = LaunchProbe.plan(["cat"])
            plan.standardInput = .file(folder + "/in", owner: geteuid() + 1)
            let refusal = LaunchFailure.inputRefused(
                SystemCallFailure("open", path: folder + "/in", errno: EACCES))
            await #expect(throws: refusal) { try await LaunchProbe.run(plan) }
        }
    }

    @Test(arguments: ["no-such-program-here", "/no/such/program", "./missing"])
    func `a missing program is named`(_ program: String) async throws {
        await #expect(throws: LaunchFailure.executableMissing(program)) {
            try await LaunchProbe.run(LaunchProbe.plan([program]))
        }
    }

    @Test func `a file that is no program is refused`() async throws {
        await #expect(throws: LaunchFailure.setupFailed(step: .resolve, errno: EACCES)) {
            try await LaunchProbe.run(LaunchProbe.plan(["/etc/passwd"]))
        }
    }

    @Test func `a missing launcher is named`() async throws {
        await #expect(throws: LaunchFailure.launcherMissing("/no/launcher")) {
            try await Launcher(programPath: "/no/launcher").run(LaunchProbe.plan(["true"])) { _ in }
        }
    }

    @Test func `the folder is entered with the target's rights`() async throws {
        try await ScratchFolder.lend { folder in
            var plan = LaunchProbe.plan(["pwd"])
            plan.directory = folder
            let result = try await LaunchProbe.run(plan)
            #expect(result.out == folder + "\n")
            guard LaunchProbe.isRoot else { return }
            chmod(folder, 0o700)
            await #expect(throws: LaunchFailure.setupFailed(step: .directory, errno: EACCES)) {
                try await LaunchProbe.run(plan)
            }
        }
    }

    @Test func `two hundred launches leave no descriptor and no process behind`() async throws {
        let launcher = try LaunchProbe.launcher()
        func mine() throws -> Set<String> {
            let folder = "/proc/self/fd"
            return Set(
                try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
                    try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
                }.filter { $0.hasPrefix("pipe:") || $0.hasPrefix("socket:") })
        }
        // Other tests run beside this one, so what stays is looked at until it is gone.
        let before = try mine().count
        for _ in 0..<200 {
            let outcome = try await launcher.run(LaunchProbe.plan(["/bin/true"])) { _ in }
            #expect(outcome.succeeded)
        }
        let after = try mine().count
        #expect(after < before + 150)
    }

    @Test func `the largest resident set is the target's, not the agent's`() async throws {
        let small = try await LaunchProbe.run(LaunchProbe.plan(["/bin/true"])).outcome.usage
        #expect(small.maximumResidentBytes > 100_000)
        #expect(small.maximumResidentBytes < 16 << 20)
        let script = "x = bytearray(200 * 1024 * 1024); print(len(x))"
        let large = try await LaunchProbe.run(LaunchProbe.plan(["python3", "-c", script]))
        #expect(large.outcome.usage.maximumResidentBytes > 200 << 20)
        #expect(large.outcome.usage.maximumResidentBytes < 260 << 20)
        #expect(large.outcome.usage.minorFaults > 1000)
    }

    @Test func `wall and processor time belong to the target`() async throws {
        let script =
            "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
        let outcome = try await LaunchProbe.run(LaunchProbe.plan(["python3", "-c", script])).outcome
        #expect(outcome.usage.userMicroseconds + outcome.usage.systemMicroseconds >= 290_000)
        #expect(outcome.wallNanoseconds >= 290_000_000)
    }

    @Test func `a root agent starts nothing as root`() async throws {
        guard LaunchProbe.isRoot else { return }
        var plan = LaunchProbe.plan(["/bin/true"])
        plan.identity = nil
        await #expect(throws: LaunchFailure.identityRequired) { try await LaunchProbe.run(plan) }
    }
}
