import Counters
import FleetModel
package import Isolation
import Synchronization
package import Workspaces

extension HostCounting {
    /// Tries every event, and looks for the simulator where the benchmarks' own search path leads.
    package static func probe(
        launcher: any ProgramLauncher, identity: ProcessIdentity?
    ) async -> HostCounting {
        let host = CounterHost()
        let verdicts = CounterProbe(host).verdicts()
        guard let path = CachegrindTool.find(in: CleanEnvironment.standardPath) else {
            return HostCounting(
                host: host, verdicts: verdicts,
                simulatorProblem: "Instructions cannot be simulated: install valgrind 3.19 or "
                    + "later on this host.")
        }
        do {
            let text = try await versionText(of: path, launcher, identity)
            return HostCounting(
                host: host, verdicts: verdicts,
                simulator: try CachegrindTool(path: path, versionOutput: text))
        } catch {
            return HostCounting(
                host: host, verdicts: verdicts,
                simulatorProblem: "Instructions cannot be simulated: \(error).")
        }
    }

    private static func versionText(
        of path: String, _ launcher: any ProgramLauncher, _ identity: ProcessIdentity?
    ) async throws -> String {
        let capture = OutputCapture(keepsOutput: true)
        _ = try await launcher.run(
            LaunchPlan(
                arguments: [path, "--version"], directory: "/",
                environment: CleanEnvironment.base(home: "/"), identity: identity,
                limits: LaunchLimits(wall: .seconds(20)), phase: .host),
            cancellation: LaunchCancellation()
        ) { capture.add($0) }
        return String(decoding: capture.standardOutput ?? [], as: UTF8.self)
    }
}

extension HostCounting {
    /// Everything that was tried, and the simulator beside it.
    package var findings: [CounterFacts.Event] {
        let tried = verdicts.map { verdict in
            CounterFacts.Event(
                name: verdict.event.name, unit: host.unitName(for: verdict.event),
                finding: CounterFacts.Finding(verdict.finding))
        }
        guard !tried.isEmpty || simulator != nil else { return [] }
        let simulated = CounterFacts.Event(
            name: CachegrindTool.metric, unit: simulator?.identity.pmu ?? "",
            finding: simulator == nil ? .missing(simulatorProblem ?? "") : .available)
        return tried + [simulated]
    }

    /// The processor's counting units, with how many counters one execution may use.
    package var units: [(name: String, counters: Int)] {
        host.units.map { ($0.name, host.budget) }
    }

    /// One line for the operator.
    package var summary: String {
        let hardware = verdicts.filter { $0.event.kind != .software }
        let counted = hardware.filter(\.isAvailable).map(\.event.name)
        var words =
            counted.isEmpty
            ? "no hardware counters" : "counts " + counted.joined(separator: ", ")
        if counted.isEmpty, case .missing(let refusal)? = hardware.first?.finding {
            words += " (\(refusal.message))"
        }
        if let simulator { return words + "; valgrind \(simulator.version) simulates instructions" }
        return words + (simulatorProblem.map { "; \($0)" } ?? "")
    }
}
