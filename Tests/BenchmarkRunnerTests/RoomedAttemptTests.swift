import FleetModel
import FoundationEssentials
import Glibc
import Isolation
import LinuxSystem
import TestSupport
import Testing
import Workspaces

@testable import BenchmarkRunner

/// Whole attempts by the real launcher, in rooms of their own: what a hostile project tries ends
/// its attempt with its class, and nothing else.
@Suite(.enabled(if: geteuid() == 0)) struct RoomedAttemptTests {
    static func fixture(
        _ revisions: [[String: String]],
        change: @escaping (inout RoomSettings) -> Void = { _ in }
    ) async throws -> RunnerFixture {
        let program = try BuiltProducts.path(of: "fleetmark-launch")
        let work = ProcessIdentity(uid: 64_052, gid: 64_052)
        let launcher = Launcher(
            programPath: program, abilities: await .probe(programPath: program, identity: work))
        return try await RunnerFixture(revisions, launcher: launcher) { settings in
            settings.fetchIdentity = ProcessIdentity(uid: 64_051, gid: 64_051)
            settings.workIdentity = work
            settings.baseIdentity = ProcessIdentity(uid: 64_053, gid: 64_053)
            settings.buildCacheBytes = 1 << 30
            change(&settings.rooms)
        }
    }

    static func script(_ text: String) -> BenchmarkPlan {
        var plan = BenchmarkPlan(name: "b", command: ["sh", "-c", text])
        plan.timeout = .seconds(30)
        return plan
    }

    /// Runs one benchmark and returns what its case and its log say.
    private func measure(
        _ text: String, change: @escaping (inout RoomSettings) -> Void = { _ in },
        plan edit: (inout AttemptPlan) -> Void = { _ in }
    ) async throws -> (case: CaseEnd, log: String, end: AttemptEnd) {
        let fixture = try await Self.fixture([["file": "x"]], change: change)
        var plan = try fixture.plan([Self.script(text)])
        edit(&plan)
        let (end, sink) = await fixture.run(plan)
        return (try #require(sink.cases.first, "\(end)"), sink.log, end)
    }

    @Test func `both sides see the same paths, in the build and in the measurement`() async throws {
        let fixture = try await Self.fixture([["a": ""], ["b": ""]])
        let plan = try fixture.plan(
            [Self.script("cat built; echo $HOME $TMPDIR; test -d $FLEETMARK_RESULTS")],
            build: ["pwd >built"])
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .completed, "\(end) \(sink.log)")
        #expect(sink.cases.map(\.state) == [.ok, .ok])
        let lines = Set(sink.log.split(separator: "\n").filter { $0.hasPrefix("/workspace") })
        #expect(lines == ["/workspace/checkout", "/workspace/home /tmp"])
    }

    @Test func `a finished build is used again, and what it left is as it was`() async throws {
        let fixture = try await Self.fixture([["a": ""]]) { _ in }
        var plan = try fixture.plan(
            [Self.script("cat out/app; cat $HOME/kept; echo spoilt >out/app")],
            build: ["mkdir out; echo built >out/app; echo home >$HOME/kept; echo building"])
        plan.build.outputs = ["out/*"]
        plan.build.cache = .init(recipe: "r")
        let (first, second) = (await fixture.run(plan), await fixture.run(plan))
        #expect(first.1.log.contains("\nbuilding\n"))
        #expect(!second.1.log.contains("\nbuilding\n"))
        #expect(second.1.notes.contains { $0.code == "build_restored" })
        #expect(second.1.cases.map(\.state) == [.ok])
        #expect(second.1.log.contains("built\nhome\n"))
        let metrics = { (sink: RecordingSink) in
            sink.measured.filter { $0.of.benchmark == "build" }.map(\.metric.name)
        }
        #expect(metrics(first.1) == ["build_time", "output_size"])
        #expect(metrics(second.1) == ["output_size"])
        plan.build.cache?.isFresh = true
        #expect(await fixture.run(plan).1.log.contains("\nbuilding\n"))
        plan.build.cache = .init(recipe: "another")
        #expect(await fixture.run(plan).1.log.contains("\nbuilding\n"))
    }

    @Test func `each side is built as its own file says`() async throws {
        let fixture = try await Self.fixture([["a": ""], ["b": ""]])
        var plan = try fixture.plan([Self.script("cat built")], build: ["echo job >built"])
        plan.revisions[0].build = BuildWish(steps: [.init("echo own >built")])
        let (_, sink) = await fixture.run(plan)
        #expect(sink.log.contains("own\n") && sink.log.contains("job\n"))
    }

    @Test func `a benchmark that takes all memory ends with that class`() async throws {
        let result = try await measure("exec python3 -c 'x = bytearray(300 << 20)'") {
            $0.memoryBytes = 64 << 20
        }
        #expect(result.case.state == .failed)
        #expect(result.case.errorClass == "out_of_memory")
    }

    @Test func `a benchmark that fills the disk ends with that class`() async throws {
        var facts = statvfs()
        try #require(statvfs("/tmp", &facts) == 0)
        let free = Int64(facts.f_bavail) * Int64(facts.f_frsize)
        let fill = "i=0; while :; do head -c 16M /dev/zero >f$i; i=$((i+1)); sleep 0.05; done"
        let result = try await measure(fill) { $0.diskFloorBytes = free - (64 << 20) }
        #expect(result.case.errorClass == "disk_full")
    }

    @Test func `a build that takes all memory fails with that class`() async throws {
        let fixture = try await Self.fixture([["file": "x"]]) { $0.memoryBytes = 64 << 20 }
        let plan = try fixture.plan(
            [Self.script("true")], build: ["exec python3 -c 'x = bytearray(300 << 20)'"])
        let (end, _) = await fixture.run(plan)
        #expect(end.failure?.detail == .outOfMemory)
    }

    @Test func `a build that forks without end ends with its class, and nothing of it is left`()
        async throws
    {
        let fixture = try await Self.fixture([["file": "x"]])
        let bomb = "f() { f | f & }; f 2>/dev/null; while :; do f 2>/dev/null; done"
        var plan = try fixture.plan([Self.script("true")], build: ["exec bash -c '\(bomb)'"])
        plan.limits.build = .seconds(3)
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome != .completed)
        #expect(end.failure?.detail == .buildFailed, "\(end)")
        #expect(sink.measured.isEmpty)
        let mine = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
            var facts = stat()
            return Int(name) != nil && stat("/proc/\(name)", &facts) == 0
                && facts.st_uid == 64_052
        }
        // Other tests have programs of this user, too; a bomb would have thousands.
        #expect(mine.count < 100)
    }

    @Test func `a build has no network, and its prefetch has`() async throws {
        let fixture = try await Self.fixture([["file": "x"]])
        let devices = "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ' | sort | tr '\\n' ' '"
        var plan = try fixture.plan(
            [Self.script("true")], build: ["echo build: $(\(devices))"])
        plan.build.prefetch = [.init("echo prefetch: $(readlink /proc/self/ns/net)")]
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .completed, "\(end) \(sink.log)")
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
        #expect(sink.log.contains("build: lo\n"))
        #expect(sink.log.contains("prefetch: \(own)\n"))
    }

    @Test func `a build sees neither the other side nor the mirrors`() async throws {
        let fixture = try await Self.fixture([["a": ""], ["b": ""]])
        let root = fixture.folder + "/work"
        let plan = try fixture.plan(
            [Self.script("true")],
            build: ["ls \(root) /workspace/.. >seen 2>&1 || true; cat seen"])
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .completed)
        #expect(!sink.log.contains("mirrors") && !sink.log.contains("candidate\n"))
        #expect(sink.log.contains("No such file or directory"))
    }

    @Test func `a daemon of a build does not see the measurement`() async throws {
        let fixture = try await Self.fixture([["file": "x"]])
        let plan = try fixture.plan(
            [Self.script("sleep 0.2; test ! -e /workspace/late")],
            build: ["(setsid sh -c 'sleep 0.1; touch /workspace/late' >/dev/null 2>&1 &)"])
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .completed, "\(end) \(sink.log)")
        #expect(sink.cases.map(\.state) == [.ok])
    }

    @Test func `without isolation the host's paths are seen, and that is in the receipt`()
        async throws
    {
        let fixture = try await Self.fixture([["file": "x"]])
        var plan = try fixture.plan([Self.script("pwd")])
        plan.isolation.level = "none"
        let (_, sink) = await fixture.run(plan)
        #expect(sink.log.contains(fixture.folder + "/work/attempts/"))
        let receipt = try #require(sink.receipts.last)
        #expect(receipt.network == "host")
        #expect(receipt.missing.map(\.item).contains("room"))
    }

    @Test func `what the job requires is given, or the attempt is refused with its name`()
        async throws
    {
        let fixture = try await Self.fixture([["file": "x"]])
        var plan = try fixture.plan([Self.script("true")])
        plan.isolation.required = ["namespaces", "network", "seccomp", "no-such-wall"]
        let (end, _) = await fixture.run(plan)
        #expect(end.outcome == .refused)
        #expect(end.failure?.message.hasSuffix("requires: no-such-wall") == true, "\(end)")
    }

    @Test func `each execution finds the build's home, and changes only its own`() async throws {
        let fixture = try await Self.fixture([["a": ""], ["b": ""]])
        let script = """
            test "$(cat $HOME/.cache/kept)" = built; test ! -e $HOME/mine
            echo changed >$HOME/.cache/kept; touch $HOME/mine; rm -r $HOME/.cache
            stat -c 'home %U:%G %a' $HOME
            """
        let plan = try fixture.plan(
            [Self.script(script)], build: ["mkdir ~/.cache && echo built >~/.cache/kept"])
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .completed, "\(end) \(sink.log)")
        #expect(sink.cases.map(\.state) == [.ok, .ok], "\(sink.log)")
        let receipt = try #require(sink.receipts.last)
        #expect(receipt.home == "view" || receipt.missing.contains { $0.item == "home" })
    }

    @Test func `without an overlay each execution gets a copy of the build's home`() async throws {
        let fixture = try await Self.fixture([["file": "x"]])
        let script = "test -L $HOME/link; test ! -e $HOME/mine; touch $HOME/mine"
        var plan = try fixture.plan(
            [Self.script(script)], build: ["ln -s nowhere ~/link; mkdir ~/.d; echo x >~/.d/f"])
        plan.isolation.level = "none"
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .completed, "\(end) \(sink.log)")
        let receipt = try #require(sink.receipts.last)
        #expect(receipt.home == "copy")
        #expect(receipt.missing.contains { $0.item == "home" })
    }

    @Test func `a benchmark that writes more than it may ends with that class`() async throws {
        let many = "i=0; while :; do head -c 1M /dev/zero >f$i; i=$((i+1)); sleep 0.02; done"
        let result = try await measure(many) { _ in
        } plan: {
            $0.isolation.limits.diskBytes = 16 << 20
        }
        #expect(result.case.errorClass == "disk_full", "\(result.case)")
        #expect(result.case.message?.contains("measure.disk") == true)
    }

    @Test func `no file grows beyond the limit of the disk`() async throws {
        let result = try await measure("head -c 64M /dev/zero >big || true; stat -c 'size %s' big")
        {
            _ in
        } plan: {
            $0.isolation.limits.diskBytes = 16 << 20
        }
        #expect(result.log.contains("size \(16 << 20)\n"), "\(result.log)")
    }

    @Test func `a file of the build is standard input`() async throws {
        let fixture = try await Self.fixture([["file": "x"]])
        var entry = Self.script("cat")
        entry.input = "data/./in.txt"
        let plan = try fixture.plan([entry], build: ["mkdir data; echo from the file >data/in.txt"])
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .completed, "\(end)")
        #expect(sink.log.contains("from the file"))
    }

    struct Input: CustomStringConvertible {
        let path: String
        let build: String
        let says: String
        var description: String { path }
    }

    @Test(arguments: [
        Input(path: "gone", build: "true", says: "is not there"),
        Input(path: "link", build: "ln -s /etc/passwd link", says: "symbolic link"),
        Input(
            path: "way/in", build: "mkdir in; touch in/in; ln -s in way", says: "symbolic link"),
        Input(path: "../home/x", build: "touch ../home/x", says: "no path inside"),
        Input(path: "/etc/passwd", build: "true", says: "no path inside"),
        Input(path: "pipe", build: "mkfifo pipe", says: "no regular file"),
        Input(path: "folder", build: "mkdir folder", says: "no regular file"),
    ])
    func `what is no file of the checkout is no standard input`(_ given: Input) async throws {
        let fixture = try await Self.fixture([["file": "x"]])
        var entry = Self.script("cat")
        entry.input = given.path
        let (end, sink) = await fixture.run(try fixture.plan([entry], build: [given.build]))
        #expect(end.outcome == .failed)
        let found = try #require(sink.cases.first)
        #expect(found.errorClass == "suite_invalid")
        #expect(found.message?.contains(given.says) == true, "\(found.message ?? "")")
        #expect(sink.measured.allSatisfy { $0.of.benchmark == "build" })
    }

    @Test func `the receipt names the room of the measurement`() async throws {
        let fixture = try await Self.fixture([["file": "x"]])
        let (_, sink) = await fixture.run(try fixture.plan([Self.script("true")]))
        let receipt = try #require(sink.receipts.last)
        #expect(receipt.namespaces == ["mount", "pid", "net", "ipc", "uts"])
        #expect(receipt.seccomp && receipt.network == "off")
        // One receipt for all executions: nothing in it is of one launch alone.
        #expect(sink.receipts.count == 1)
    }
}
