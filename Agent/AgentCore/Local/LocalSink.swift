import AgentProtocol
import BenchmarkRunner
import FleetModel
import FoundationEssentials
import Synchronization

/// Keeps what an attempt on this machine says in memory, and tells people how far it is.
final class LocalSink: RunnerSink {
    private struct State {
        var results = LocalResults()
        var receipts: [BatchRecord] = []
        var lastSaid = ""
        var latest: Int64 = 0
        var kept: [String] = []
    }

    private let state = Mutex(State())
    /// A line of progress.
    private let say: @Sendable (String) -> Void
    /// What foreign programs print.
    private let show: @Sendable ([UInt8]) -> Void
    private let folder: String?

    /// `folder`: for profiles; `nil` keeps none.
    init(
        folder: String?, say: @escaping @Sendable (String) -> Void,
        show: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.folder = folder
        self.say = say
        self.show = show
    }

    var results: LocalResults { state.withLock { $0.results } }
    /// What was in force and what was counted, as a controller would get it.
    var receipts: [BatchRecord] { state.withLock { $0.receipts } }
    /// Files that were written, absolute.
    var kept: [String] { state.withLock { $0.kept } }

    func beginAttempt() { state.withLock { $0.results.beginAttempt() } }

    func take(_ event: RunnerEvent, at nanoseconds: Int64) throws(RunnerSinkFailure) {
        state.withLock { state in
            state.results.add(event, at: nanoseconds)
            state.latest = nanoseconds
            switch event {
            case .environment, .isolation, .counters, .dependencies:
                state.receipts.append(EventRecords.record(event, at: nanoseconds))
            default: break
            }
        }
        if case .note(let note) = event, note.level != .info { say("note: \(note.text)") }
    }

    func checkpoint(_ progress: RunnerProgress) async throws(RunnerSinkFailure) {
        let isNew = state.withLock { state in
            state.results.note(progress, at: state.latest)
            guard let key = Self.key(progress), key != state.lastSaid else { return false }
            // After a profile the same benchmark is no news.
            if progress.phase != .profile { state.lastSaid = key }
            return true
        }
        guard isNew, let key = Self.key(progress) else { return }
        let place = progress.benchmark == nil ? "" : "  \(progress.done + 1)/\(progress.total)"
        say(key + place)
    }

    private static func key(_ progress: RunnerProgress) -> String? {
        let name = progress.benchmark ?? ""
        return switch progress.phase {
        case .fetch: "copying the files"
        case .build: "building"
        case .profile: "profiling  \(name)"
        case .prepare, .warmup, .measure: "measuring  \(name)"
        default: nil
        }
    }

    func log(_ bytes: [UInt8]) { show(bytes) }

    /// Profiles alone: what tools printed has been read.
    func keep(_ artifact: RunnerArtifact, at nanoseconds: Int64) throws(RunnerSinkFailure) {
        guard let folder, artifact.kind == RunnerArtifact.profileKind else { return }
        let path = folder + "/" + artifact.name
        let parent = path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
        do {
            try FileManager.default.createDirectory(
                atPath: parent, withIntermediateDirectories: true)
            switch artifact.content {
            case .bytes(let bytes): try Data(bytes).write(to: URL(filePath: path))
            case .file(let source):
                let bytes = try ForeignFile.whole(source)
                try Data(bytes).write(to: URL(filePath: path))
            }
            state.withLock { $0.kept.append(path) }
        } catch {
            say("note: \(artifact.name) is not kept: \(error)")
        }
    }
}
