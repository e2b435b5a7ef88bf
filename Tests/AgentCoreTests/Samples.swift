import AgentCore
import AgentProtocol
import FleetModel
import FoundationEssentials
import HostFacts
import Logging
import Spool
import Synchronization
import Testing

@testable import BenchmarkRunner

/// The messages of the contract's golden files, and an agent that is made of fakes.
enum Samples {
    static func id<Kind>(_ text: String, _ type: Identifier<Kind>.Type) -> Identifier<Kind> {
        Identifier<Kind>(text) ?? Identifier(text: text)
    }

    static let session = id("01975a20-0000-7000-8000-000000000001", SessionID.self)
    static let host = id("01975a00-0000-7000-8000-000000000017", HostID.self)
    static let agent = id("01975a00-0000-7000-8000-000000000007", AgentID.self)
    static let attempt = id("01975a31-0000-7000-8000-000000000001", AttemptID.self)
    static let claim = id("01975a30-0000-7000-8000-000000000001", ClaimID.self)

    static func golden(_ name: String) throws -> [UInt8] {
        let here = String(#filePath)
        let tests = here[..<(here.firstRange(of: "/AgentCoreTests/")?.lowerBound ?? here.endIndex)]
        return Array(
            try Data(
                contentsOf: URL(
                    filePath: "\(tests)/AgentProtocolTests/Golden/v1.0/\(name).json")))
    }

    static func job() throws -> [UInt8] { try golden("job.description") }

    static func lease() throws -> ClaimReply.Lease {
        try WireCodec.decode(ClaimReply.self, from: try golden("claim.reply")).lease
    }
}

extension Identifier {
    fileprivate init(text: String) {
        var generator = SystemRandomNumberGenerator()
        self.init(at: ServerTime(microseconds: 0), using: &generator)
    }
}

/// Reports some measurements and some log, with a checkpoint after each.
struct FakeWorker: AttemptWorker {
    var repetitions = 40
    var tuningRestored = true

    func run(
        _ plan: AttemptPlan, sink: any RunnerSink, cancellation: AttemptCancellation
    ) async -> AttemptEnd {
        for index in 0..<repetitions {
            if cancellation.isCancelled { return AttemptEnd(.cancelled) }
            do throws(RunnerSinkFailure) {
                try sink.take(.measurement(Self.value(index)), at: Int64(index))
                sink.log(Array("line \(index)\n".utf8))
                try await sink.checkpoint(
                    RunnerProgress(phase: .measure, quietFor: .milliseconds(1)))
            } catch {
                return AttemptEnd(.failed, failure: Failure(.infraHost, .spoolFull, "full"))
            }
        }
        for (name, bytes) in Self.files {
            try? sink.keep(
                RunnerArtifact(
                    name, kind: RunnerArtifact.profileKind, mediaType: "text/plain",
                    role: .candidate, content: .bytes(bytes)), at: Int64(repetitions))
        }
        var end = AttemptEnd(.completed, cases: CaseCounts(ok: 1))
        end.tuningRestored = tuningRestored
        return end
    }

    /// Of three parts each, as the fake controller wants them; two have one content.
    static let files = [("one", 3), ("two", 5), ("same as one", 3)].map { name, factor in
        (name: name, bytes: (0..<2500).map { UInt8(truncatingIfNeeded: $0 * factor) })
    }

    static func value(_ index: Int) -> MeasuredValues {
        MeasuredValues(
            of: CaseIdentity(benchmark: "b", parameters: .none, role: .candidate),
            metric: MetricIdentity(
                name: "time", unit: "s", better: .lower, provider: .softwareEvent),
            visit: index, isWarmup: false, iteration: Int64(index), values: [Double(index)],
            marks: [], startedNanoseconds: [Int64(index)])
    }

    static func log(_ count: Int) -> [UInt8] {
        (0..<count).flatMap { Array("line \($0)\n".utf8) }
    }
}

/// A state folder and an agent in it.
final class AgentFixture: Sendable {
    let folder: StateFolder
    private let agentBox = Mutex<Agent?>(nil)

    init() throws {
        let path = FileManager.default.temporaryDirectory.path() + "fleetmark-agent-\(UUID())"
        folder = StateFolder(path: path)
        try folder.make()
        for (name, text) in [
            ("/etc/machine-id", "0123\n"),
            ("/proc/sys/kernel/random/boot_id", "1f6e0000-0000-4000-8000-000000000001\n"),
        ] {
            let file = "\(path)/root\(name)"
            let parent = String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)])
            try FileManager.default.createDirectory(
                atPath: parent, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: file))
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder.path) }

    func spools(capacityBytes: Int64 = 1 << 30) throws -> SpoolDirectory {
        try SpoolDirectory(
            root: folder.spool, capacityBytes: capacityBytes, digest: AgentDigest.header)
    }

    func agent(
        _ controller: FakeController, spools: SpoolDirectory,
        worker: any AttemptWorker = FakeWorker(), allowing: [String] = ["https://*"],
        canaries: (any CanaryRunning)? = nil,
        pause: @escaping @Sendable (Duration) async throws -> Void = {
            try await Task.sleep(for: min($0, .milliseconds(2)))
        }
    ) -> Agent {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let clock = ContinuousClock()
        let start = clock.now
        let client = ControllerClient(
            transport: controller, policy: CallRetry(random: { 0 }), pause: pause,
            logger: logger)
        let agent = Agent(
            Agent.Parts(
                configuration: AgentConfiguration(
                    agentVersion: "0.1.0", state: folder, allowList: AllowList(allowing)),
                identity: AgentIdentity(
                    controller: "https://127.0.0.1:1", agentID: Samples.agent,
                    hostID: Samples.host, hostName: "bench-07", certificate: "", key: Secret(""),
                    authorities: [], renewAfter: ServerTime(microseconds: 0)), client: client,
                spools: spools, worker: worker,
                reader: HostReader(root: folder.path + "/root", digest: AgentDigest.hexadecimal),
                canaries: canaries,
                clock: { (clock.now - start).wholeNanoseconds }, wallClock: { 1 },
                logger: logger))
        agentBox.withLock { $0 = agent }
        return agent
    }

    func drain() { agentBox.withLock { $0 }?.drain() }

    /// The iterations of all measurements that the controller holds, in order.
    static func iterations(_ stored: FakeController.Stored) throws -> [Int64] {
        try stored.batches.sorted { $0.key < $1.key }.flatMap { _, body in
            try BatchRequest.stored(body).records.compactMap { record in
                if case .measurement(let values) = record { values.iteration } else { nil }
            }
        }
    }
}
