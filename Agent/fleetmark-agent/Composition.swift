import AgentCore
import AgentProtocol
import BenchmarkRunner
import FleetModel
import Glibc
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
    /// What the host cannot put around a launch.
    private let degradations: [Degradation]
    private let canaries: CanaryKeeper?
    private let logger: Logger
    private let lock: StateLock

    init(_ options: RunCommand, logger: Logger) async throws {
        let folder = try options.state.folder()
        var configuration = AgentConfiguration(
            agentVersion: Version.text, state: folder,
            allowList: AllowList(options.allowRepository))
        configuration.spoolBytes = options.spoolMax.bytes
        configuration.jobTimeLimit = options.maxTime.duration
        configuration.allowsNetwork = options.allowNetwork
        self.configuration = configuration
        do {
            try folder.make()
            lock = try StateLock(folder)
            identity = try Self.identity(options, folder)
            spools = try SpoolDirectory(
                root: folder.spool, capacityBytes: configuration.spoolBytes,
                digest: AgentDigest.header)
            let host = try await Self.host(options, folder, logger)
            counting = host.counting
            degradations = host.launcher.degradations
            reader = host.reader
            canaries = options.canary == .full ? host.canaries : nil
            runner = AttemptRunner(host: host)
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
        for item in degradations {
            self.logger.with(.reason, item.code).warning("\(item.message) \(item.advice)")
        }
        transport = try Self.transport(identity)
        client = ControllerClient(
            transport: transport, policy: CallRetry(random: { .random(in: 0..<1) }),
            pause: { try await Task.sleep(for: $0) }, logger: self.logger)
    }

    func agent() throws -> Agent {
        Agent(
            Agent.Parts(
                configuration: configuration, identity: identity, client: client, spools: spools,
                worker: runner, reader: reader, counting: counting,
                canaries: canaries, clock: MonotonicClock.rawNanoseconds,
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

    private static func host(
        _ options: RunCommand, _ folder: StateFolder, _ logger: Logger
    ) async throws -> RunnerHost {
        let isRoot = geteuid() == 0
        var settings = WorkspaceSettings(
            root: folder.work, fetchIdentity: isRoot ? options.fetchUser.identity : nil,
            workIdentity: isRoot ? options.workUser.identity : nil,
            baseIdentity: isRoot ? options.baseUser.identity : nil)
        settings.allows = AllowList(options.allowRepository).allows
        settings.transports = try options.transports()
        let topology = try CpuTopology(reading: KernelTree())
        settings.rooms = RoomSettings(
            readable: options.readable, writable: options.writable,
            temporaryBytes: options.temporaryMax.bytes,
            memoryBytes: options.memoryMax?.bytes ?? Self.memoryBytes(),
            diskFloorBytes: options.diskFree.bytes, cpus: topology.allowed)
        let path = try launcherPath(options)
        let launcher = Launcher(
            programPath: path,
            abilities: await .probe(programPath: path, identity: settings.workIdentity))
        var reader = HostReader(digest: AgentDigest.hexadecimal)
        reader.askedToolchains = await ToolchainProbe.ask(
            launcher, identity: settings.workIdentity)
        let counting = await HostCounting.probe(
            launcher: launcher, identity: settings.workIdentity)
        let canaries =
            options.canary == .off
            ? nil
            : CanaryWiring.keeper(
                CanaryWiring.Host(
                    launcher: launcher, settings: settings, topology: topology,
                    counting: counting, reader: reader), folder,
                program: beside(path, "fleetmark-canary"), logger: logger)
        return RunnerHost(
            launcher: launcher, workspaces: Workspaces(settings: settings, launcher: launcher),
            topology: topology, reader: reader, counting: counting,
            noise: NoiseSettings(choice: options.noiseProfile.choice), canaries: canaries,
            clock: MonotonicClock.rawNanoseconds)
    }

    /// Four fifths of the host's memory: the rest is for the agent and the kernel.
    private static func memoryBytes() -> Int64? {
        let total = HostReader(digest: AgentDigest.hexadecimal).memoryBytes
        return total > 0 ? total / 5 * 4 : nil
    }

    private static func launcherPath(_ options: RunCommand) throws -> String {
        var path = options.launcher ?? ""
        if path.isEmpty {
            var buffer = [CChar](repeating: 0, count: 4096)
            let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
            let program = String(
                decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) },
                as: UTF8.self)
            path =
                program.prefix { _ in true }.split(separator: "/").dropLast()
                .reduce("") { $0 + "/" + $1 } + "/fleetmark-launch"
        }
        guard access(path, X_OK) == 0 else {
            throw ProgramFailure(4, "\(path) is missing; --launcher names it elsewhere")
        }
        return path
    }

    /// A program in the same folder.
    private static func beside(_ path: String, _ name: String) -> String {
        path.split(separator: "/").dropLast().reduce(path.hasPrefix("/") ? "" : ".") {
            $0 + "/" + $1
        } + "/" + name
    }

    private static func wallMicroseconds() -> Int64 {
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

extension IdentityArgument {
    var identity: ProcessIdentity? { ProcessIdentity(uid: uid, gid: gid) }
}
