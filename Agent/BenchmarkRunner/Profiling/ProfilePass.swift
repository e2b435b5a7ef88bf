import Counters
import FleetModel
import Isolation
import Workspaces

/// Profiles a benchmark's base and candidate, in executions of their own after the measured ones.
///
/// The profiler runs where the benchmark does, with its user and walls: what it reads, a stranger
/// wrote. Only opening counters is allowed to it besides. What cannot be profiled is a note and
/// never fails the benchmark.
struct ProfilePass {
    /// How much longer than its own time limit a program may take: perf, callgrind.
    private static let slowdown = (perf: 2, callgrind: 30)
    private static let readingTime = Duration.seconds(300)

    let entry: BenchmarkPlan
    let bench: MeasuringBench
    /// Since the attempt's start: when all that is launched for the entry's profiles must be over.
    private let deadline: Int64

    /// `entriesLeft`: this one and those after it, which share half of the time that is left. The
    /// rest is for what is measured: a profile is not worth the attempt.
    init(
        entry: BenchmarkPlan, bench: MeasuringBench, entriesLeft: Int
    ) throws(RunnerStop) {
        self.entry = entry
        self.bench = bench
        let share = try bench.timeLeft() / (2 * max(1, entriesLeft))
        deadline = bench.recorder.now + share.wholeNanoseconds
    }

    func run(_ sides: inout [Side]) async throws(RunnerStop) {
        let host = bench.profiling
        try complain(host.tuned?.allowProfilers() ?? [])
        // Also when the attempt is cancelled.
        defer { try? complain(host.tuned?.quietProfilers() ?? []) }
        guard let chosen = try await choose(&sides) else { return }
        let name = chosen.profiler.name
        try bench.recorder.note(
            .info, "\(entry.name): profiled with \(name): \(chosen.why).", code: "profile_tool")
        bench.recorder.say("profile of \(entry.name) with \(name): \(chosen.why)")
        for index in sides.indices where sides[index].isActive {
            do throws(Stop) {
                try await profile(&sides[index], chosen)
            } catch {
                try skip(error, of: sides[index].role.rawValue)
            }
        }
    }

    /// Why a profile is not there; the attempt goes on.
    private enum Stop: Error {
        case problem(String)
        case attempt(RunnerStop)
    }

    private func skip(_ stop: Stop, of what: String) throws(RunnerStop) {
        switch stop {
        case .attempt(let stop): throw stop
        case .problem(let reason):
            try bench.recorder.note(
                .warning, "\(entry.name): no profile of the \(what): \(reason)",
                code: "profile_failed")
        }
    }

    private func complain(_ complaints: [String]) throws(RunnerStop) {
        for complaint in complaints {
            try bench.recorder.note(.warning, complaint, code: "tuning-refused")
        }
    }

    /// The first tool that can do it, tried on a program that does nothing.
    private func choose(_ sides: inout [Side]) async throws(RunnerStop) -> HostProfiling.Candidate?
    {
        guard let index = sides.firstIndex(where: \.isActive) else { return nil }
        var refusals: [String] = []
        for var candidate in bench.profiling.candidates(for: entry.profile.tool) {
            candidate.why = ([candidate.why] + refusals).filter { !$0.isEmpty }
                .joined(separator: "; ")
            guard case .perf(_, let event) = candidate.profiler else { return candidate }
            do throws(Stop) {
                try await tryOut(candidate.profiler, &sides[index])
                return candidate
            } catch {
                guard case .problem(let reason) = error else {
                    try skip(error, of: "")
                    return nil
                }
                refusals.append("perf does not record \(event): \(reason)")
            }
        }
        let reason =
            refusals.isEmpty
            ? bench.profiling.absence(of: entry.profile.tool) : refusals.joined(separator: "; ")
        try skip(.problem(reason), of: "benchmark")
        return nil
    }

    private func tryOut(_ profiler: Profiler, _ side: inout Side) async throws(Stop) {
        let folder = try folder(&side)
        let call = MeasuringBench.Call(
            arguments: profiler.command(
                profiling: ["/bin/true"], into: bench.view(of: side.workspace).path(folder),
                hertz: entry.profile.hertz),
            directory: ".", environment: [:], timeout: .seconds(30), phase: .profile)
        try await launch(call, side)
    }

    private func profile(
        _ side: inout Side, _ chosen: HostProfiling.Candidate
    ) async throws(Stop) {
        try await setUp(side)
        let folder = try folder(&side)
        let seen = bench.view(of: side.workspace).path(folder)
        var call = try execution(side).call
        call.arguments = chosen.profiler.command(
            profiling: call.arguments, into: seen, hertz: entry.profile.hertz)
        call.phase = .profile
        call.policy = nil
        call.silence = nil
        let factor =
            if case .perf = chosen.profiler { Self.slowdown.perf } else { Self.slowdown.callgrind }
        call.timeout = call.timeout * factor
        if case .callgrind = chosen.profiler {
            call.environment = CachegrindTool.environment.merging(call.environment) { $1 }
        }
        do throws(Stop) {
            try await launch(call, side)
        } catch {
            guard case .problem = error, case .callgrind = chosen.profiler,
                SimulatedCounts(folder: folder).metUnknownInstruction
            else { throw error }
            throw .problem("\(SimulationFailure.unsupportedInstruction)")
        }
        if let reading = chosen.profiler.reading(of: seen) {
            try await launch(
                MeasuringBench.Call(
                    arguments: reading, directory: ".", environment: [:],
                    timeout: Self.readingTime, phase: .profile), side)
        }
        try keep(folder, side, chosen)
    }

    /// As before each measured execution.
    private func setUp(_ side: Side) async throws(Stop) {
        guard entry.setsUpEach else { return }
        let failure: CaseFailure?
        do throws(RunnerStop) {
            failure = try await EntryCommands(entry: entry, bench: bench)
                .run(entry.setup, of: side, .setup)
        } catch {
            throw .attempt(error)
        }
        if let failure { throw .problem(failure.message) }
    }

    private func execution(_ side: Side) throws(Stop) -> EntryExecution {
        do throws(RunnerStop) {
            return try EntryExecution(
                entry, on: bench, number: side.executions, in: side.workspace,
                policy: LayoutPolicy(.fixed, seed: bench.plan.order.seed, countsHardware: true))
        } catch {
            throw .attempt(error)
        }
    }

    private func folder(_ side: inout Side) throws(Stop) -> String {
        side.executions += 1
        do throws(RunnerStop) {
            return try ResultSource.freshFolder(
                "profile-\(side.executions)", beside: side.workspace.checkout,
                owner: bench.identity(side.role))
        } catch {
            throw .attempt(error)
        }
    }

    private func launch(_ call: MeasuringBench.Call, _ side: Side) async throws(Stop) {
        var call = call
        let share = Duration.nanoseconds(deadline - bench.recorder.now)
        guard share > .zero else { throw .problem("its share of the attempt's time is spent") }
        let ending: MeasuringBench.Ending
        do throws(RunnerStop) {
            call.timeout = min(call.timeout, share, try bench.timeLeft() / 2)
            ending = try await bench.run(
                call, in: side.workspace, capture: OutputCapture(keepsOutput: false))
        } catch {
            if case .deadline = error { throw .problem("there is no time left for it") }
            throw .attempt(error)
        }
        if case .failed(let failure) = ending { throw .problem(failure.message) }
    }

    private func keep(
        _ folder: String, _ side: Side, _ chosen: HostProfiling.Candidate
    ) throws(Stop) {
        let profile: Profile
        do throws(ProfileFailure) {
            profile = try chosen.profiler.stacks(in: folder)
        } catch {
            throw .problem(error.description)
        }
        guard !profile.stacks.isEmpty else {
            throw .problem("the program was over before a sample was taken")
        }
        let facts = facts(of: profile, chosen)
        let place = ["profile", ArtifactName.part(entry), side.role.rawValue]
        do throws(RunnerStop) {
            for file in profile.files {
                try bench.recorder.keep(
                    RunnerArtifact(
                        ArtifactName.joined(place + [file]), kind: RunnerArtifact.profileKind,
                        mediaType: "application/octet-stream", role: side.role,
                        benchmark: entry.name, facts: facts, content: .file("\(folder)/\(file)")))
            }
            try bench.recorder.keep(
                RunnerArtifact(
                    ArtifactName.joined(place + ["stacks.folded"]),
                    kind: RunnerArtifact.profileKind, mediaType: "text/plain", role: side.role,
                    benchmark: entry.name, facts: facts,
                    content: .bytes(Array(profile.stacks.text.utf8))))
        } catch {
            throw .attempt(error)
        }
    }

    private func facts(
        of profile: Profile, _ chosen: HostProfiling.Candidate
    ) -> [String: String] {
        var facts = [
            "tool": chosen.profiler.name, "event": profile.event,
            "why": String(chosen.why.unicodeScalars.prefix(255)),
            "total": "\(profile.stacks.total)",
        ]
        if profile.stacks.isTruncated { facts["truncated"] = "true" }
        switch chosen.profiler {
        case .perf: facts["frequency_hz"] = "\(entry.profile.hertz)"
        case .callgrind(let tool): facts["version"] = tool.version
        }
        return facts
    }
}
