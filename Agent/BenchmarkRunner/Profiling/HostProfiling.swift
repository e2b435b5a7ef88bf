import Counters

/// What this host can profile with.
struct HostProfiling: Sendable {
    /// `nil` where perf is not installed.
    let perf: String?
    let counting: HostCounting
    let tuned: TunedHost?

    /// A tool that might do, and why it is not a better one.
    struct Candidate: Equatable {
        let profiler: Profiler
        var why: String
    }

    /// In the order in which they are tried.
    func candidates(for tool: ProfileWish.Tool) -> [Candidate] {
        var found: [Candidate] = []
        if tool != .callgrind, let perf {
            let problem = counting.problem(with: "cycles:u")
            if problem == nil {
                found.append(
                    Candidate(
                        profiler: .perf(path: perf, event: Profiler.cyclesEvent),
                        why: "the processor counts cycles"))
            }
            found.append(
                Candidate(
                    profiler: .perf(path: perf, event: Profiler.clockEvent),
                    why: problem.map { "cycles cannot be counted: \($0)" } ?? ""))
        }
        if tool != .perf, let valgrind = counting.simulator {
            let isAsked = tool == .callgrind
            let why = isAsked ? "asked for" : perf == nil ? "perf is not installed" : ""
            found.append(Candidate(profiler: .callgrind(valgrind), why: why))
        }
        return found
    }

    /// What an operator can do where there is none.
    func absence(of tool: ProfileWish.Tool) -> String {
        switch tool {
        case .perf: "perf is not installed: install the package linux-perf on this host"
        case .callgrind: counting.simulatorProblem ?? "valgrind is not installed"
        case .auto: "install the package linux-perf, or valgrind, on this host"
        }
    }
}
