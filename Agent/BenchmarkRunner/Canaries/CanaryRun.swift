import Counters
import HostFacts
import Isolation
import Workspaces

/// Starts one canary some times and reads what it printed and what was counted.
struct CanaryRun {
    struct Problem: Error, Sendable {
        let text: String
    }

    private static let limit = Duration.seconds(60)

    let parts: CanaryKeeper.Parts
    let stand: CanaryStand
    let program: CanaryProgram

    func reading(
        _ runs: Int, _ cancellation: LaunchCancellation
    ) async -> Result<CanaryReading, Problem> {
        var values: [Double] = []
        var instructions: [UInt64] = []
        for _ in 0..<runs {
            do throws(Problem) {
                let (seconds, count) = try await once(instructionCounters(), cancellation)
                values.append(seconds)
                if let count { instructions.append(count) }
            } catch {
                return .failure(error)
            }
        }
        // The median, so that one run with an interrupt more decides nothing.
        let counted = instructions.count == runs ? instructions.sorted()[runs / 2] : nil
        return .success(
            CanaryReading(name: program.name, values: values, instructions: counted))
    }

    /// Pairs of runs beside each other, one plain and one whose events are counted as those of a
    /// benchmark are; every second pair begins with the counted one. Empty where nothing is
    /// counted.
    func pairs(
        _ count: Int, _ cancellation: LaunchCancellation
    ) async -> Result<[(plain: Double, counted: Double)], Problem> {
        guard usualCounters() != nil else { return .success([]) }
        var pairs: [(plain: Double, counted: Double)] = []
        for number in 0..<count {
            do throws(Problem) {
                let isReversed = !number.isMultiple(of: 2)
                let first = try await once(isReversed ? usualCounters() : nil, cancellation).0
                let second = try await once(isReversed ? nil : usualCounters(), cancellation).0
                pairs.append(isReversed ? (second, first) : (first, second))
            } catch {
                return .failure(error)
            }
        }
        return .success(pairs)
    }

    private func once(
        _ counters: TreeCounters?, _ cancellation: LaunchCancellation
    ) async throws(Problem) -> (Double, UInt64?) {
        let capture = OutputCapture(keepsOutput: true)
        let outcome: LaunchOutcome
        do {
            var gate: LaunchGate?
            if let counters { gate = { stand in counters.open(on: CountedRun(stand)) } }
            outcome = try await parts.launcher.run(
                plan, cancellation: cancellation, gate: gate
            ) { capture.add($0) }
        } catch {
            throw Problem(text: "The canary \(program.name) could not be run: \(error).")
        }
        let report = counters?.finish(survivors: outcome.survivingProcesses)
        guard outcome.succeeded, let seconds = program.seconds(of: capture.standardOutput ?? [])
        else {
            throw Problem(
                text: "The canary \(program.name) failed. \(capture.lastLines)")
        }
        return (seconds, report.flatMap(Self.instructions))
    }

    /// As a job's programs are launched: the same walls, the same group, the same processors.
    var plan: LaunchPlan {
        let bytes = CanaryProgram.bufferBytes(lastCache: parts.lastCacheBytes)
        let isRoomed = parts.launcher.view == .room
        let folder = isRoomed ? LaunchRoom.workspace : parts.folder
        var limits = parts.rooms.apply(to: LaunchLimits(wall: Self.limit), at: parts.folder)
        limits.group?.cpus = stand.cpus
        limits.group?.ownsCPUs = stand.ownsCPUs
        return LaunchPlan(
            arguments: [parts.program, program.name] + (program.takesSize ? ["\(bytes)"] : []),
            directory: folder,
            environment: CleanEnvironment.base(home: folder, profile: .deterministic),
            identity: parts.identity, cpus: stand.cpus, limits: limits,
            disableAddressRandomisation: true, phase: .host, room: isRoomed ? room : nil)
    }

    private var room: LaunchRoom {
        LaunchRoom(
            shares: [
                LaunchRoom.Share(parts.program),
                LaunchRoom.Share(parts.folder, at: LaunchRoom.workspace, isWritable: true),
            ], temporary: .memory(bytes: parts.rooms.temporaryBytes))
    }

    /// `nil` where this host counts no instructions.
    private func instructionCounters() -> TreeCounters? {
        parts.counting.countsInstructions ? counters(of: ["instructions:u"]) : nil
    }

    /// What a project file that names no counters has counted; `nil` where nothing of it can be.
    private func usualCounters() -> TreeCounters? { counters(of: ["core", "branch", "cache"]) }

    private func counters(of names: [String]) -> TreeCounters? {
        let counting = parts.counting
        let events = CounterCatalogue.select(names).events.filter {
            counting.verdict(on: $0)?.isAvailable ?? false
        }
        guard !events.isEmpty,
            let pass = CounterPasses.passes(of: events, budget: counting.host.budget).first
        else { return nil }
        return TreeCounters(pass, on: counting.host, calls: counting.calls)
    }

    private static func instructions(_ report: CounterReport) -> UInt64? {
        report["instructions:u"].flatMap { $0.state == .exact ? $0.count : nil }
    }
}
