import AgentCore
import AgentProtocol
import BenchmarkRunner
import FleetModel
import Glibc
import HostDoctor
import HostFacts
import Isolation
import LinuxSystem
import Logging
import Spool
import Workspaces

/// All wiring of the running agent.
struct Composition {
    private let configuration: AgentConfiguration
    private let identity: AgentIdentity
    private let transport: PinnedTransport
    private let client: ControllerClient
    private let spools: SpoolDirectory
    private let runner: AttemptRunner
    private let reader: HostReader
    private let counting: HostCounting
    private let items: [String]
    private let canaries: CanaryKeeper?
    private let replay: HostTools.Replay
    private let findings: [Finding]
    private let logger: Logger
    private let lock: StateLock

    init(_ options: RunCommand, logger: Logger) async throws {
        let folder = try options.state.folder()
        configuration = Self.configuration(options, folder)
        do {
            try folder.make()
            lock = try StateLock(folder)
            // Before anything else: what an agent that died has changed.
            let tools = try HostTools(
                state: folder, housekeeping: options.housekeeping?.cpus)
            replay = tools.replay()
            identity = try Self.identity(options, folder)
            spools = try SpoolDirectory(
                root: folder.spool, capacityBytes: configuration.spoolBytes,
                digest: AgentDigest.header)
            let wiring = HostWiring(
                options: options, folder: folder, tools: tools, replay: replay, logger: logger)
            let host = try await wiring.host()
            counting = host.counting
            items = host.items
            reader = host.reader
            canaries = host.canaries
            runner = AttemptRunner(host: host)
            findings = Self.findings(host, tools, options)
            try runner.sweep()
        } catch let failure as StateFailure {
            throw ProgramFailure(failure)
        } catch let failure as ProgramFailure {
            throw failure
        } catch {
            throw ProgramFailure(4, "the agent cannot start: \(error)")
        }
        self.logger = logger.with(.agent, identity.agentID.text).with(.host, identity.hostName)
        self.logger.notice("\(counting.summary)")
        transport = try Self.transport(identity)
        client = ControllerClient(
            transport: transport, policy: CallRetry(random: { .random(in: 0..<1) }),
            pause: { try await Task.sleep(for: $0) }, logger: self.logger)
        tell()
    }

    private static func configuration(
        _ options: RunCommand, _ folder: StateFolder
    ) -> AgentConfiguration {
        AgentConfiguration(
            agentVersion: Version.text, state: folder,
            allowList: AllowList(options.allowRepository),
            jobTimeLimit: options.maxTime.duration,
            allowing: JobScreen.Permissions(
                network: options.allowNetwork, bareHost: options.allowNoIsolation),
            spoolBytes: options.spoolMax.bytes)
    }

    func agent() throws -> Agent {
        Agent(
            Agent.Parts(
                configuration: configuration, identity: identity, client: client, spools: spools,
                worker: runner, reader: reader, counting: counting,
                canaries: canaries,
                knobsRestored: replay.restoredCount,
                limits: findings.map(\.limit), items: items, clock: MonotonicClock.rawNanoseconds,
                wallClock: Self.wallMicroseconds, logger: logger))
    }

    /// Renews the certificate while the agent runs.
    func keeper(of agent: Agent) -> CertificateKeeper {
        let transport = transport
        return CertificateKeeper(
            identity,
            CertificateKeeper.Parts(
                store: AgentIdentityStore(configuration.state), client: client,
                use: { (fresh) throws(TransportFailure) in
                    try transport.replace(authorities: fresh.authorities, own: fresh.own)
                },
                now: {
                    await agent.serverNow()
                        ?? ServerTime(microseconds: Self.wallMicroseconds())
                },
                pause: { try await Task.sleep(for: $0) }, logger: logger))
    }

    func close() async { await client.shutdown() }

    private static func identity(
        _ options: RunCommand, _ folder: StateFolder
    ) throws -> AgentIdentity {
        guard let identity = try AgentIdentityStore(folder).load() else {
            throw ProgramFailure(6, "this host is not enrolled; see fleetmark-agent enroll --help")
        }
        if let asked = options.controller,
            ControllerAddress(asked)?.text != identity.controller
        {
            throw ProgramFailure(
                2, "this host is enrolled with \(identity.controller), not with \(asked)")
        }
        return identity
    }

    private static func transport(_ identity: AgentIdentity) throws -> PinnedTransport {
        guard let address = ControllerAddress(identity.controller) else {
            throw ProgramFailure(4, "the enrolled address '\(identity.controller)' is not usable")
        }
        do throws(TransportFailure) {
            return try PinnedTransport(
                address: address, authorities: identity.authorities, own: identity.own)
        } catch {
            throw ProgramFailure(6, error.description)
        }
    }

    /// Each limit once, as `doctor` shows it.
    private func tell() {
        if replay.restoredCount > 0 {
            logger.warning("put back \(replay.restoredCount) host settings of an ended agent")
        }
        if let holder = replay.holder { logger.warning("the host is not tuned: \(holder)") }
        for finding in findings where finding.weight != .note {
            logger.with(.reason, finding.item.code).notice("\(finding.item.message)")
        }
    }

    private static func findings(
        _ runner: RunnerHost, _ tools: HostTools, _ options: RunCommand
    ) -> [Finding] {
        var host = HostExamination(tools, options.tuning)
            .findings(launcher: try? launcherPath(options.launcher))
        host.verdicts = runner.counting.verdicts
        host.simulatorProblem = runner.counting.simulatorProblem
        host.launching = runner.launcher.degradations
        host.givesPartitions = runner.launcher.items.contains(LaunchAbilities.fullItem)
        return DoctorCatalogue.findings(on: host)
    }

    static var launcherBesideThis: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let program = String(
            decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return HostWiring.beside(program, "fleetmark-launch")
    }

    /// `given`: by the operator; `nil` takes the one beside this program.
    static func launcherPath(_ given: String?) throws -> String {
        let path = given ?? launcherBesideThis
        guard access(path, X_OK) == 0 else {
            throw ProgramFailure(4, "\(path) is missing; --launcher names it elsewhere")
        }
        return path
    }

    @Sendable static func wallMicroseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}

extension AgentIdentity {
    fileprivate var own: PinnedTransport.Own {
        PinnedTransport.Own(certificate: certificate, key: key)
    }
}

extension Finding {
    /// As the controller hears it; the kernel's words may be long.
    fileprivate var limit: HostCapabilities.Limit {
        let most = HostCapabilities.limitTextMax
        return HostCapabilities.Limit(
            code: item.code, subject: String(item.subject.prefix(most)), errno: item.errno,
            actual: item.actual.map { String($0.prefix(most)) },
            message: String(item.message.prefix(most)), advice: String(item.advice.prefix(most)),
            weight: weight.rawValue)
    }
}

extension IdentityArgument {
    var identity: ProcessIdentity? { ProcessIdentity(uid: uid, gid: gid) }
}
