import AgentProtocol
import FleetModel
import FoundationEssentials
import Synchronization
import TestSupport

@testable import AgentCore
@testable import BenchmarkRunner

/// A folder that somebody works in, with a place for local measurements beside it.
struct LocalFolder: Sendable {
    let path: String
    private let work: String

    static func lend(
        asRepository isRepository: Bool = true, _ body: (LocalFolder) async throws -> Void
    ) async throws {
        let root = FileManager.default.temporaryDirectory.path + "/local-\(UUID().uuidString)"
        let folder = LocalFolder(path: root + "/project", work: root + "/work")
        try FileManager.default.createDirectory(
            atPath: folder.path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        if isRepository {
            try await TestRepository.git([
                "-C", folder.path, "init", "--quiet", "--initial-branch=main", "--template=",
            ])
        }
        try await body(folder)
    }

    var order: LocalOrder {
        LocalOrder(
            .suite(file: nil), workingFolder: path,
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": path + "/../nobody"])
    }

    func write(_ name: String, _ text: String) throws {
        let full = URL(filePath: "\(path)/\(name)")
        try FileManager.default.createDirectory(
            at: full.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: full)
    }

    /// Everything that is there; returns its hash.
    func commit() async throws -> String {
        try await TestRepository.git(["-C", path, "add", "--all"])
        try await TestRepository.git(["-C", path, "commit", "--quiet", "-m", "change"])
        let hash = try await TestRepository.git(["-C", path, "rev-parse", "HEAD"])
        return String(hash.prefix { $0 != "\n" })
    }

    struct Found {
        let ended: LocalRun.Ended
        let document: JSONValue

        /// By the benchmark's name.
        var medians: [String: Double] {
            let results = (document["results"]?.elements ?? []).compactMap { result in
                result["name"]?.text.flatMap { name in result["value"]?.double.map { (name, $0) } }
            }
            return Dictionary(results) { first, _ in first }
        }
    }

    func run(_ worker: ReadingWorker, _ order: LocalOrder? = nil) async throws -> Found {
        let local = LocalRun(
            worker: worker, limits: [], folder: work, now: { ServerTime(microseconds: 0) },
            say: { _ in }, show: { _ in })
        let ended = try await local.run(
            order ?? self.order, cancellation: AttemptCancellation())
        let document = try JSONDecoder().decode(JSONValue.self, from: Data(ended.document))
        return Found(ended: ended, document: document)
    }
}

/// Reads each side's files out of the repository that an attempt is given, and reports the number
/// in one of them as six visits' time.
final class ReadingWorker: AttemptWorker {
    private struct State {
        var plans: [AttemptPlan] = []
        var names: [[String]] = []
        var depths: [Int] = []
    }

    private let state = Mutex(State())
    private let end: AttemptEnd
    private let reports: Int
    /// The cell that does not build.
    private let broken: Parameters?

    init(
        _ end: AttemptEnd = AttemptEnd(.completed), reports: Int = .max,
        broken: Parameters? = nil
    ) {
        self.end = end
        self.reports = reports
        self.broken = broken
    }

    var plans: [AttemptPlan] { state.withLock { $0.plans } }
    /// The files of each candidate.
    var names: [[String]] { state.withLock { $0.names } }
    /// How many commits each candidate's history has.
    var depths: [Int] { state.withLock { $0.depths } }

    func run(
        _ plan: AttemptPlan, sink: any RunnerSink, cancellation: AttemptCancellation
    ) async -> AttemptEnd {
        state.withLock { $0.plans.append(plan) }
        if plan.cell == broken {
            return AttemptEnd(.failed, failure: Failure(.jobError, .buildFailed, "no such level"))
        }
        do {
            var values: [RevisionRole: Double] = [:]
            let store = "--git-dir=" + plan.repository.address.dropFirst("file://".count)
            for revision in plan.revisions {
                let commit = revision.commit.text
                let text = try await TestRepository.git([store, "show", "\(commit):value"])
                values[revision.role] = Double(text)
                guard revision.role == .candidate else { continue }
                let names = try await TestRepository.git([
                    store, "ls-tree", "-r", "--name-only", commit,
                ])
                let count = try await TestRepository.git([store, "rev-list", "--count", commit])
                state.withLock { state in
                    state.names.append(names.split(separator: "\n").map(String.init))
                    state.depths.append(Int(count.prefix { $0 != "\n" }) ?? 0)
                }
            }
            try report(plan, values, to: sink)
        } catch {
            return AttemptEnd(.failed, failure: Failure(.infraHost, .other, "\(error)"))
        }
        return end
    }

    private func report(
        _ plan: AttemptPlan, _ values: [RevisionRole: Double], to sink: any RunnerSink
    ) throws {
        for entry in plan.benchmarks.prefix(reports) {
            for (role, value) in values {
                let identity = CaseIdentity(
                    benchmark: entry.name, parameters: entry.parameters, role: role)
                for visit in 0..<6 {
                    let time = MetricIdentity(
                        name: "time", unit: "s", better: .lower, provider: .softwareEvent)
                    try sink.take(
                        .measurement(
                            MeasuredValues(
                                of: identity, metric: time, visit: visit, isWarmup: false,
                                iteration: Int64(visit), values: [value], marks: [],
                                startedNanoseconds: [])), at: 1)
                }
                try sink.take(
                    .caseEnded(
                        CaseEnd(of: identity, state: .ok, iterations: 6, headlines: [:])), at: 2)
            }
        }
    }
}

extension JSONValue {
    var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    var double: Double? {
        switch self {
        case .number(let number): number
        case .integer(let number): Double(number)
        default: nil
        }
    }
}
