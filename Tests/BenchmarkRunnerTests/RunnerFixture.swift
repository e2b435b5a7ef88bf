import FleetModel
import FoundationEssentials
import GitRemote
import HostFacts
import Isolation
import LinuxSystem
import Subprocess
import Synchronization
import Testing
import Workspaces

@testable import BenchmarkRunner

/// A real repository with one commit for each revision, and a runner that works on it.
final class RunnerFixture: Sendable {
    let folder: String
    let commits: [CommitHash]
    let host: RunnerHost
    let runner: AttemptRunner
    let workspaces: Workspaces
    let attempt: AttemptID

    /// `revisions`: the files of each commit. `launcher`: the real one where what it does matters.
    init(
        _ revisions: [[String: String]] = [["run.sh": "echo hello"]],
        counting: HostCounting = .none, perf: String? = nil, noise: NoiseSettings? = nil,
        canaries: CanaryKeeper? = nil, tuning: TunedHost? = nil,
        pageCache: PageCache? = nil, pageCacheRefusal: IsolationReceipt.Missing? = nil,
        launcher: any ProgramLauncher = StandInLauncher(),
        topology: CpuTopology = RunnerFixture.oneCore, rotation: CoreRotation? = nil,
        settings change: (inout WorkspaceSettings) -> Void = { _ in }
    ) async throws {
        folder = FileManager.default.temporaryDirectory.path() + "fleetmark-run-\(UUID())"
        commits = try await Self.commits(revisions, in: folder + "/remote")
        var settings = WorkspaceSettings(root: folder + "/work")
        settings.transports = [.file]
        change(&settings)
        workspaces = Workspaces(settings: settings, launcher: launcher)
        host = RunnerHost(
            launcher: launcher, workspaces: workspaces,
            cores: HostCores(topology, rotation: rotation, items: launcher.items),
            reader: HostReader(root: folder) { bytes in
                "\(bytes.reduce(5381) { ($0 &* 33) &+ UInt64($1) })"
            }, counting: counting,
            perf: perf, noise: noise, canaries: canaries, tuning: tuning,
            pageCache: pageCache, pageCacheRefusal: pageCacheRefusal,
            clock: MonotonicClock.rawNanoseconds)
        runner = AttemptRunner(host: host)
        try runner.sweep()
        var generator = SystemRandomNumberGenerator()
        attempt = AttemptID(at: ServerTime(microseconds: 0), using: &generator)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static func commits(
        _ revisions: [[String: String]], in remote: String
    ) async throws -> [CommitHash] {
        try FileManager.default.createDirectory(
            atPath: remote, withIntermediateDirectories: true)
        var found: [CommitHash] = []
        try await shell("git init --quiet -b main .", in: remote)
        for files in revisions {
            for (name, text) in files {
                try Data(text.utf8).write(to: URL(filePath: "\(remote)/\(name)"))
            }
            let hash = try await shell(
                "git add -A && git commit --quiet --allow-empty -m x && git rev-parse HEAD",
                in: remote)
            found.append(try #require(CommitHash(hash.trimmingWhitespace())))
        }
        return found
    }

    static let oneCore = cores(1)

    static func cores(_ count: Int, isVirtual: Bool = false) -> CpuTopology {
        CpuTopology(
            cores: (0..<count).map { .init(threads: [$0], package: 0) },
            allowed: Array(0..<count), isVirtual: isVirtual)
    }

    /// A plan with one commit as candidate, or the first as base and the second as candidate.
    func plan(_ benchmarks: [BenchmarkPlan], build: [String] = []) throws -> AttemptPlan {
        var generator = SystemRandomNumberGenerator()
        let roles: [RevisionRole] = commits.count == 2 ? [.base, .candidate] : [.candidate]
        return AttemptPlan(
            attempt: attempt,
            repository: RepositorySource(
                id: RepositoryID(at: ServerTime(microseconds: 0), using: &generator),
                address: "file://\(folder)/remote", depth: 1),
            revisions: zip(roles, commits).map { RevisionPlan(role: $0, commit: $1) },
            build: BuildWish(steps: build.map { BuildWish.Step($0) }), benchmarks: benchmarks,
            repetitions: RepetitionWish(fixed: 3, warmup: .count(1)))
    }

    func run(
        _ plan: AttemptPlan, sink: RecordingSink = RecordingSink(),
        cancellation: AttemptCancellation = AttemptCancellation()
    ) async -> (AttemptEnd, RecordingSink) {
        (await runner.run(plan, sink: sink, cancellation: cancellation), sink)
    }

    @discardableResult
    static func shell(_ script: String, in directory: String) async throws -> String {
        let result = try await Subprocess.run(
            .name("env"), arguments: ["-C", directory, "sh", "-euc", script],
            environment: .custom([
                "PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "Test",
                "GIT_AUTHOR_EMAIL": "test@example.org", "GIT_COMMITTER_NAME": "Test",
                "GIT_COMMITTER_EMAIL": "test@example.org",
            ]), input: .none, output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        try #require(result.terminationStatus == .exited(0), "\(result.standardError)")
        return result.standardOutput
    }
}

/// Keeps what a runner says.
final class RecordingSink: RunnerSink {
    private struct State {
        var events: [RunnerEvent] = []
        var times: [Int64] = []
        var log: [UInt8] = []
        var artifacts: [RunnerArtifact] = []
        var room: Int
    }

    private let state: Mutex<State>
    private let onCheckpoint: @Sendable (RunnerProgress) -> Void

    /// `room`: events that are taken before the sink is full.
    init(
        room: Int = .max, onCheckpoint: @escaping @Sendable (RunnerProgress) -> Void = { _ in }
    ) {
        state = Mutex(State(room: room))
        self.onCheckpoint = onCheckpoint
    }

    func take(_ event: RunnerEvent, at nanoseconds: Int64) throws(RunnerSinkFailure) {
        try state.withLock { (state) throws(RunnerSinkFailure) in
            guard state.events.count < state.room else { throw .full }
            state.events.append(event)
            state.times.append(nanoseconds)
        }
    }

    /// With the bytes of files, which are gone when the attempt has ended.
    func keep(_ artifact: RunnerArtifact, at nanoseconds: Int64) throws(RunnerSinkFailure) {
        var artifact = artifact
        if case .file(let path) = artifact.content {
            let bytes = FileManager.default.contents(atPath: path).map(Array.init) ?? []
            artifact.content = .bytes(bytes)
        }
        let kept = artifact
        state.withLock { $0.artifacts.append(kept) }
    }

    var artifacts: [RunnerArtifact] { state.withLock { $0.artifacts } }

    func log(_ bytes: [UInt8]) { state.withLock { $0.log += bytes } }

    func checkpoint(_ progress: RunnerProgress) async throws(RunnerSinkFailure) {
        onCheckpoint(progress)
    }

    var events: [RunnerEvent] { state.withLock { $0.events } }
    var log: String { String(decoding: state.withLock { $0.log }, as: UTF8.self) }
    var measured: [MeasuredValues] {
        events.compactMap { if case .measurement(let values) = $0 { values } else { nil } }
    }
    /// Of measured executions.
    var receipts: [IsolationFacts] { allReceipts.filter { $0.phase == "measure" } }
    var allReceipts: [IsolationFacts] {
        events.compactMap { if case .isolation(let facts) = $0 { facts } else { nil } }
    }
    var notes: [RunnerNote] {
        events.compactMap { if case .note(let note) = $0 { note } else { nil } }
    }
    var signals: [SignalFacts] {
        events.compactMap { if case .signals(let facts) = $0 { facts } else { nil } }
    }
    var canaries: [CanaryPoint] {
        events.compactMap { if case .canary(let point) = $0 { point } else { nil } }
    }
    var counterFacts: [CounterFacts] {
        events.compactMap { if case .counters(let facts) = $0 { facts } else { nil } }
    }
    var cases: [CaseEnd] {
        events.compactMap { if case .caseEnded(let end) = $0 { end } else { nil } }
    }
}
