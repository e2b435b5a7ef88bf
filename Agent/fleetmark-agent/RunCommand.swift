import AgentCore
import ArgumentParser
import GitRemote
import Glibc
import Isolation
import Logging
import Workspaces

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Serve the controller that this host is enrolled with.",
        discussion: """
            SIGTERM or SIGINT drains: no more work is claimed, the attempt in work is finished.
            A second one ends at once; the spool is kept and sent at the next start.

            The agent itself stays on the housekeeping processors. With the first job of
            a series the host is tuned (--tuning), and put back when no job has come for
            five minutes and at the end; `fleetmark-agent tune --help` says how. On
            virtual machines and in containers the host is left alone.

            EXAMPLES
              fleetmark-agent run --allow-repository 'https://git.example.org/*'
              fleetmark-agent run --state-dir /srv/agent --allow-transport file \\
                  --allow-repository 'file:///srv/git/*'
              fleetmark-agent run --tuning strict --housekeeping 0-1 \\
                  --allow-repository 'https://git.example.org/*'
              fleetmark-agent run --unprivileged --allow-repository 'https://git.example.org/*'
            """)

    @Option(help: "Address of the controller. (default: the enrolled one)")
    var controller: String?

    @Option(help: "Addresses of repositories that may be measured; * stands for any text.")
    var allowRepository: [String] = []

    @Option(help: "More ways to reach repositories besides https and ssh: file, git, http.")
    var allowTransport: [String] = []

    @Option(help: "Size of the spool.")
    var spoolMax = SizeArgument(4 << 30)

    @Option(help: "Longest job that is taken.")
    var maxTime = DurationArgument(.seconds(86400))

    @Option(help: "How long a drain waits for the attempt in work.")
    var drainTimeout = DurationArgument(.seconds(1800))

    @Option(help: "Folders that builds and benchmarks may read besides /usr, /etc and /opt.")
    var readable: [String] = []

    @Option(help: "Folders that they may change, too; what one leaves there, the next one finds.")
    var writable: [String] = []

    @Option(help: "Memory of one execution with all of its processes. (default: 80 % of the host)")
    var memoryMax: SizeArgument?

    @Option(help: "Size of /tmp while something is measured.")
    var temporaryMax = SizeArgument(1 << 30)

    @Option(help: "What must stay free on the disk of the state folder.")
    var diskFree = SizeArgument(512 << 20)

    @Option(help: "Room for finished builds; those that were not used for longest go first.")
    var buildCacheMax = SizeArgument(20 << 30)
    @Flag(help: "Keep no finished builds: each attempt builds anew.") var noBuildCache = false

    @Flag(help: "Allow projects that measure or build with the network on; prefetch always has it.")
    var allowNetwork = false
    @Flag(
        help: """
            Allow projects that ask for `isolation: none`: their builds and benchmarks see this \
            host's files and network as --work-user does.
            """)
    var allowNoIsolation = false
    @Option(
        help: """
            How far jobs may have the host tuned: observe, default, strict, fixed-frequency. \
            A job gets the profile that its project file asks for, within this; strict allows all.
            """)
    var tuning = TuningProfile.default

    @Option(help: "Processors that keep house, such as 0-1. (default: the rule's choice)")
    var housekeeping: ProcessorsArgument?

    @Flag(
        inversion: .prefixedNo,
        help: """
            Measure each job on the next of equally good cores, to average what differs between \
            them. The same cores every time give the steadier numbers.
            """)
    var rotateCores = false

    @Option(help: "Path of fleetmark-launch. (default: beside this program)")
    var launcher: String?

    @Option(help: "User that fetches, UID or UID:GID; needed by root only.")
    var fetchUser = IdentityArgument(64001)

    @Option(help: "User that builds and is measured, UID or UID:GID; needed by root only.")
    var workUser = IdentityArgument(64002)

    @Option(help: "The same for the base of a comparison; needed by root only.")
    var baseUser = IdentityArgument(64003)

    @Flag(help: "Run without root: benchmarks share this user and can read all that it can.")
    var unprivileged = false

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = "info"

    @Option(
        help: """
            full: all canaries at the first start, after an update and each night (half a minute \
            without work), a short one around each job. short: only those around jobs, and all \
            of them when somebody asks. off: none.
            """)
    var canary = CanarySetting.full

    @Option(help: "When all canaries run each night, HH:MM in UTC, or never.")
    var canaryNight = NightArgument.standard

    @Option(
        help: """
            How samples are graded: dedicated, shared, or auto by the isolation that is reached; \
            off takes every sample as clean. docs/measurement.md has the limits of each.
            """)
    var noiseProfile = NoiseSetting.auto

    @OptionGroup var state: StateOptions

    func run() async throws {
        var logger = Logger(label: "fleetmark.agent")
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw ProgramFailure(2, "there is no log level '\(logLevel)'")
        }
        logger.logLevel = level
        guard !allowRepository.isEmpty else {
            throw ProgramFailure(2, "name at least one --allow-repository; none means no work")
        }
        try checkUser()
        let composition = try await Composition(self, logger: logger)
        let agent = try composition.agent()
        let signals = SignalWatch { count in
            guard count == 1 else { Glibc.exit(0) }
            agent.drain()
        }
        defer { signals.stop() }
        let (limit, arrivals) = (drainTimeout.duration, signals.arrivals)
        let patience = Task {
            for await _ in arrivals { break }
            try await Task.sleep(for: limit)
            agent.endWork()
        }
        defer { patience.cancel() }
        let keeper = composition.keeper(of: agent)
        let renewal = Task { await keeper.run() }
        defer { renewal.cancel() }
        do throws(AgentStop) {
            try await agent.run()
        } catch {
            await composition.close()
            throw ProgramFailure(error.exitStatus, error.description)
        }
        await composition.close()
        logger.info("drained")
    }

    /// Without root, foreign code runs as the agent's own user.
    private func checkUser() throws {
        guard geteuid() != 0 else {
            let users = [fetchUser, workUser, baseUser].map(\.uid)
            guard Set(users).count == users.count else {
                throw ProgramFailure(
                    2, "--fetch-user, --work-user and --base-user must be different users")
            }
            return
        }
        guard unprivileged else {
            throw ProgramFailure(
                2,
                "this is not root, so builds and benchmarks would run as the agent's own user and "
                    + "could read its private key; run it as root, or accept that for repositories "
                    + "that you trust with --unprivileged")
        }
    }

    func transports() throws -> Set<RemoteURL.Transport> {
        var found = RemoteURL.standardTransports
        for name in allowTransport {
            guard let transport = RemoteURL.Transport(rawValue: name) else {
                throw ProgramFailure(2, "there is no transport '\(name)'")
            }
            found.insert(transport)
        }
        return found
    }
}
