import Counters
import Glibc
import Isolation
import LinuxSystem
import Testing

/// This machine's.
private enum Valgrind {
    static let path = CachegrindTool.find(in: "/usr/local/bin:/usr/bin:/bin")
}

/// Real valgrind over a compiled C program, through the real launcher.
@Suite(.enabled(if: Valgrind.path != nil))
struct SimulatedCountTests {
    private func count(
        _ arguments: [String], in workload: Workload, _ name: String
    ) async throws -> SimulatedCount {
        let path = try #require(Valgrind.path)
        let tool = try CachegrindTool(path: path, versionOutput: "valgrind-3.19.0")
        let folder = try workload.freshFolder(name)
        let outcome = try await workload.launch(tool.command(counting: arguments, into: folder))
        #expect(outcome.leftoverProcesses == 0)
        return try SimulatedCounts(folder: folder).read()
    }

    @Test func `two runs of a program count the same to the instruction`() async throws {
        try await Workload.lend { workload in
            let command = [workload.program, "self", "loop", "300"]
            let first = try await count(command, in: workload, "first")
            let second = try await count(command, in: workload, "second")
            #expect(first == second)
            #expect(first.processes == 1)
            #expect(first.instructions > 300_000)
        }
    }

    @Test func `two percent more work is two percent more instructions`() async throws {
        try await Workload.lend { workload in
            let work = { ["\(workload.program)", "self", "loop", $0] }
            let some = try await count(work("1000"), in: workload, "some")
            let more = try await count(work("1020"), in: workload, "more")
            let share = Double(more.instructions) / Double(some.instructions) - 1
            #expect(abs(share - 0.02) < 0.002, "\(share)")
        }
    }

    @Test func `programs that a program starts are summed up`() async throws {
        try await Workload.lend { workload in
            let one = try await count(
                [workload.program, "self", "loop", "300"], in: workload, "one")
            let script = "\(workload.program) self loop 300; \(workload.program) self loop 300; :"
            let two = try await count(["/bin/sh", "-c", script], in: workload, "two")
            #expect(two.processes == 3)
            #expect(two.forkedCopies == 0)
            #expect(two.unfinished == 0)
            #expect(two.instructions > 2 * one.instructions)
        }
    }

    @Test func `processes that go on from their parent's count are told`() async throws {
        try await Workload.lend { workload in
            let command = [workload.program, "children", "loop", "50"]
            let first = try await count(command, in: workload, "first")
            #expect(first.processes == 4)
            #expect(first.forkedCopies == 3)
        }
    }

    @Test func `threads belong to their process`() async throws {
        try await Workload.lend { workload in
            let one = try await count(
                [workload.program, "self", "loop", "200"], in: workload, "one")
            let four = try await count(
                [workload.program, "threads", "loop", "200"], in: workload, "four")
            #expect(four.processes == 1)
            #expect(four.instructions > one.instructions + 3 * 200_000)
        }
    }

    @Test func `a process that was killed is missed`() async throws {
        try await Workload.lend { workload in
            let script =
                "mkfifo p; /bin/sh -c 'echo up > p; exec tail -f /dev/null' & "
                + "read x < p; kill -9 $!; wait; :"
            let found = try await count(["/bin/sh", "-c", script], in: workload, "killed")
            #expect(found.unfinished == 1)
        }
    }

    @Test func `a checkout cannot change the tool's options`() async throws {
        try await Workload.lend { workload in
            try workload.write(Array("--tool=none\n--bogus\n".utf8), to: ".valgrindrc")
            let found = try await count(
                [workload.program, "self", "loop", "1"], in: workload, "counted")
            #expect(found.processes == 1)
        }
    }
}

/// Folders that a stranger has filled.
@Suite struct SimulatedCountsTests {
    private func lend(_ body: (String) throws -> Void) throws {
        var name = Array("/tmp/fleetmark-counts-XXXXXX".utf8CString)
        try #require(mkdtemp(&name) != nil)
        let folder = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { Workload.remove(folder) }
        try body(folder)
    }

    private func write(_ text: String, to path: String) throws {
        let file = try OwnedDescriptor.open(path, O_WRONLY | O_CREAT, mode: 0o644)
        try file.write(Array(text.utf8))
    }

    private func failure(_ folder: String) -> SimulationFailure? {
        do throws(SimulationFailure) {
            _ = try SimulatedCounts(folder: folder).read()
            return nil
        } catch {
            return error
        }
    }

    @Test func `counts are summed, and other names left alone`() throws {
        try lend { folder in
            try write("events: Ir\nsummary: 5\n", to: folder + "/counts.12")
            try write("events: Ir\nsummary: 7\n", to: folder + "/counts.13")
            try write("--12-- Reading syms from /bin/a\n", to: folder + "/log.12")
            try write("==13== Command: a -- Reading syms from b\n", to: folder + "/log.13")
            try write("--14-- Reading syms from /bin/a\n", to: folder + "/log.14")
            for other in [
                "counts", "counts.", "counts.x", "counts.-1", "counts.007", "counts.12.c",
            ] {
                try write("nonsense", to: "\(folder)/\(other)")
            }
            let found = try SimulatedCounts(folder: folder).read()
            #expect(
                found
                    == SimulatedCount(
                        instructions: 12, processes: 2, unfinished: 1, forkedCopies: 1))
        }
    }

    @Test func `an empty folder counted nothing, and a missing one is named`() throws {
        try lend { folder in
            #expect(failure(folder) == .nothingCounted)
            #expect(
                failure(folder + "/none")
                    == .unreadable(
                        SystemCallFailure("opendir", path: folder + "/none", errno: ENOENT)))
        }
    }

    @Test func `a link, a pipe and a folder are no counts`() throws {
        try lend { folder in
            let path = folder + "/counts.5"
            try write("events: Ir\nsummary: 5\n", to: folder + "/real")
            for make in [
                { symlink(folder + "/real", path) }, { mkfifo(path, 0o644) },
                { mkdir(path, 0o755) },
            ] {
                try #require(make() == 0)
                guard case .unreadable = failure(folder) else {
                    Issue.record("read as a count")
                    return
                }
                _ = remove(path)
            }
        }
    }

    @Test func `sums beyond 64 bits and broken files are refused`() throws {
        try lend { folder in
            try write("events: Ir\nsummary: 18446744073709551615\n", to: folder + "/counts.1")
            try write("events: Ir\nsummary: 1\n", to: folder + "/counts.2")
            #expect(
                failure(folder)
                    == .malformed(file: "counts.2", reason: "the sum exceeds 64 bits"))
            try write("events: Ir\n", to: folder + "/counts.0003")
            _ = remove(folder + "/counts.2")
            try write("junk", to: folder + "/counts.4")
            guard case .malformed("counts.4", _) = failure(folder) else {
                Issue.record("accepted")
                return
            }
        }
    }

    @Test func `an instruction that valgrind does not know is said`() throws {
        try lend { folder in
            try write(
                "==9== Cachegrind,\nvex amd64->IR: unhandled instruction bytes: 0x62\n",
                to: folder + "/log.9")
            #expect(failure(folder) == .unsupportedInstruction)
        }
    }
}
