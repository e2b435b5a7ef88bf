import AgentProtocol
import BenchmarkRunner
import HostFacts
import Spool

/// What a session request says of this agent and its host.
struct Introduction: Sendable {
    private let parts: Agent.Parts
    private let startedMicroseconds: Int64

    init(_ parts: Agent.Parts, startedMicroseconds: Int64) {
        self.parts = parts
        self.startedMicroseconds = startedMicroseconds
    }

    func request(spooled: [SpooledAttempt]) async throws(AgentStop) -> SessionRequest {
        let boot: String
        do throws(HostFactFailure) {
            boot = try parts.reader.bootIdentifier()
        } catch {
            throw .local(error.description)
        }
        // What an operator has put back since the start is put back.
        let problem = await parts.worker.obstacle()
        return SessionRequest(
            agentVersion: parts.configuration.agentVersion, offeredVersions: .supported,
            bootID: boot, startedMicroseconds: startedMicroseconds,
            clockMicroseconds: parts.wallClock(),
            fingerprint: EventRecords.fingerprint(parts.reader.fingerprint()),
            capabilities: HostCapabilities(
                architecture: parts.reader.architecture, pmus: units,
                events: parts.counting.findings.map(Self.event),
                cgroupVersion: parts.reader.cgroupVersion, isolationLevel: .partial,
                toolchains: EventRecords.toolchain(parts.reader.toolchains), limits: parts.limits),
            tuning: TuningState(
                restored: problem == nil, knobsChanged: parts.knobsRestored,
                problem: problem.map {
                    String($0.unicodeScalars.prefix(HostCapabilities.limitTextMax))
                }), spool: spooled)
    }

    private var units: [HostCapabilities.PMU] {
        parts.counting.units.map {
            HostCapabilities.PMU(name: $0.name, usableCounters: $0.counters)
        }
    }

    private static func event(_ event: CounterFacts.Event) -> HostCapabilities.Event {
        let (state, reason) = EventRecords.availability(event.finding)
        return HostCapabilities.Event(name: event.name, state: state, reason: reason)
    }

    /// Disk space that a host needs before it asks for work.
    private static let diskGateBytes: Int64 = 1 << 30

    static func health(_ parts: Agent.Parts) throws(AgentStop) -> HostHealth {
        let found: HealthReading
        do throws(HostFactFailure) {
            found = try parts.reader.health(folder: parts.configuration.state.path)
        } catch {
            throw .local(error.description)
        }
        let disk = HostHealth.Gate(
            gate: "disk", passed: found.diskFreeBytes >= diskGateBytes,
            found: .integer(found.diskFreeBytes), wanted: .integer(diskGateBytes))
        return HostHealth(
            diskFreeBytes: found.diskFreeBytes, inodeFreeShare: found.inodeFreeShare,
            spoolBytes: parts.spools.usedBytes, load: found.load, runnable: found.runnable,
            users: found.users, temperatureCelsius: found.temperatureCelsius,
            throttled: found.isThrottled, clocksource: found.clocksource, gates: [disk])
    }
}
