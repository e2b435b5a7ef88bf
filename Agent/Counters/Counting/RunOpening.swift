import Glibc
import LinuxSystem

/// Opens the groups of one run where their sites say.
struct RunOpening {
    let host: CounterHost
    let calls: any PerfCalls
    let run: CountedRun
    let codes: [String: EventCode]
    let descriptorsNeeded: Int
    private var wasWoken = false

    init(
        host: CounterHost, calls: any PerfCalls, run: CountedRun, codes: [String: EventCode],
        descriptorsNeeded: Int
    ) {
        self.host = host
        self.calls = calls
        self.run = run
        self.codes = codes
        self.descriptorsNeeded = descriptorsNeeded
    }

    mutating func open(_ events: [CounterEvent], at site: CountingSite) -> GroupOpener.Result {
        switch site {
        case .launcher: open(events, on: [.process(run.launcher)])
        case .processors(let cpus): open(events, on: cpus.map { .processor(Int32($0)) })
        case .group(let cpus): openGroup(events, cpus)
        }
    }

    /// One refusal for each event, however many processors refuse it.
    private func open(_ events: [CounterEvent], on targets: [PerfTarget]) -> GroupOpener.Result {
        var result = GroupOpener.Result()
        var refused = Set<String>()
        for target in targets {
            let opener = GroupOpener(
                host: host, calls: calls, target: target, codes: codes,
                descriptorsNeeded: descriptorsNeeded * targets.count)
            let part = opener.open(events)
            result.groups += part.groups
            result.refusals += part.refusals.filter { refused.insert($0.event).inserted }
            result.wasSplit = result.wasSplit || part.wasSplit
        }
        return result
    }

    private mutating func openGroup(
        _ events: [CounterEvent], _ cpus: [Int]
    ) -> GroupOpener.Result {
        guard let path = run.groupFolder else {
            return refused(events, "the agent can make none on this host")
        }
        do throws(SystemCallFailure) {
            let folder = try CountedGroup(path)
            let targets = cpus.map { PerfTarget.group(folder: folder.number, cpu: Int32($0)) }
            let result = open(events, on: targets)
            let isUnknown =
                result.groups.isEmpty && result.refusals.contains { $0.errno == ENOENT }
            guard isUnknown, !wasWoken else { return result }
            wasWoken = true
            return CountedGroup.wake(above: path) ? open(events, on: targets) : result
        } catch {
            return refused(events, "\(error)")
        }
    }

    private func refused(_ events: [CounterEvent], _ why: String) -> GroupOpener.Result {
        GroupOpener.Result(
            refusals: events.map {
                CounterRefusal(
                    event: $0.name, code: .noGroup,
                    message: "\($0.name) is to be counted in the run's control group: \(why).")
            })
    }
}

extension CounterRefusal {
    func with(event: String) -> CounterRefusal {
        CounterRefusal(event: event, code: code, errno: errno, message: message)
    }
}
