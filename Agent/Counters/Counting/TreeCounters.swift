import Glibc
import LinuxSystem
import Synchronization

/// What the counters of one execution came to.
package struct CounterReport: Sendable, Equatable {
    package var readings: [CounterReading]
    package var refusals: [CounterRefusal]
    /// Groups that were too large for the processor and were counted one by one.
    package var splitGroups: [CounterGroup]

    package init(
        readings: [CounterReading] = [], refusals: [CounterRefusal] = [],
        splitGroups: [CounterGroup] = []
    ) {
        self.readings = readings
        self.refusals = refusals
        self.splitGroups = splitGroups
    }

    package subscript(name: String) -> CounterReading? {
        readings.first { $0.event.name == name || $0.event.plainName == name }
    }
}

/// The counters of one execution: opened on the launcher before it makes the target, read once
/// after the whole tree has ended.
///
/// The events of a tree count nothing in the launcher, which never executes a program: its child
/// inherits them, and the child's exec turns them on (isolation-and-counters.md, sections 2.4 and
/// 2.5). A program that its user may execute but not read is not counted; the kernel takes the
/// events away and the state is `neverEnabled`. Events of a control group or of processors begin
/// while the launcher stands, and end with `finish`.
package final class TreeCounters: Sendable {
    private struct State {
        var opened: [(group: CounterGroup, parts: [OpenGroup])] = []
        var report = CounterReport()
    }

    private let groups: [CounterGroup]
    private let host: CounterHost
    private let scope: CountingScope
    private let calls: any PerfCalls
    private let codes: [String: EventCode]
    private let unresolved: [CounterRefusal]
    private let state = Mutex(State())

    package init(
        _ groups: [CounterGroup], on host: CounterHost, in scope: CountingScope = CountingScope(),
        calls: any PerfCalls = KernelPerfCalls()
    ) {
        var codes: [String: EventCode] = [:]
        var unresolved: [CounterRefusal] = []
        for event in groups.flatMap(\.events) {
            switch host.code(of: event, for: scope.cpus) {
            case .success(let code): codes[event.name] = code
            case .failure(let refusal): unresolved.append(refusal)
            }
        }
        self.groups = groups
        self.host = host
        self.scope = scope
        self.calls = calls
        self.codes = codes
        self.unresolved = unresolved
    }

    /// Opens all groups for a run whose launcher stands before its fork. What the kernel refuses
    /// becomes a reason in the report and never an error.
    package func open(on run: CountedRun) {
        var opening = RunOpening(
            host: host, calls: calls, run: run, codes: codes,
            descriptorsNeeded: groups.reduce(0) { $0 + $1.events.count })
        var opened = State()
        opened.report.refusals = unresolved
        for group in groups {
            let events = group.events.filter { codes[$0.name] != nil }
            guard let first = events.first, let code = codes[first.name] else { continue }
            switch host.site(of: first, code, in: scope) {
            case .failure(let refusal):
                opened.report.refusals += events.map { refusal.with(event: $0.name) }
            case .success(let site):
                let result = opening.open(events, at: site)
                opened.opened.append((group, result.groups))
                opened.report.refusals += result.refusals
                if result.wasSplit { opened.report.splitGroups.append(group) }
            }
        }
        for part in opened.opened.flatMap(\.parts) { try? part.count(true, by: calls) }
        state.withLock { $0 = opened }
    }

    /// Reads and closes. Only after the launcher has said that the tree is gone: until then a
    /// descendant's counts are not in the sum.
    ///
    /// - Parameter survivors: processes that could not be ended; with one, nothing is believed.
    /// - Returns: empty when nothing was opened, and at every call but the first.
    package func finish(survivors: Int) -> CounterReport {
        let ended = state.withLock { state in
            defer { state = State() }
            return state
        }
        for part in ended.opened.flatMap(\.parts) { try? part.count(false, by: calls) }
        var report = ended.report
        for (_, parts) in ended.opened {
            if survivors > 0 {
                var names = Set<String>()
                report.refusals += parts.flatMap(\.counters).map(\.event)
                    .filter { names.insert($0.name).inserted }
                    .map { Self.treeAlive($0, survivors) }
            } else {
                read(parts, into: &report)
            }
        }
        return report
    }

    /// `parts`: one group on each of its processors.
    private func read(_ parts: [OpenGroup], into report: inout CounterReport) {
        var sums = CountSums()
        var refused = Set(report.refusals.map(\.event))
        for part in parts {
            do throws(SystemCallFailure) {
                sums.add(try part.read(by: calls), of: part.counters.map(\.event))
            } catch {
                for event in part.counters.map(\.event) where refused.insert(event.name).inserted {
                    report.refusals.append(Self.unreadable(event, error))
                }
            }
        }
        // With one processor missing, the sum is no count of the run.
        report.readings += sums.all.filter { !refused.contains($0.event.name) }.map {
            CounterReading($0.event, $0.count, pmu: pmu(of: $0.event), code: codes[$0.event.name])
        }
    }

    private func pmu(of event: CounterEvent) -> String? {
        guard host.isHybrid, event.usesProcessor, event.set != .raw else { return nil }
        return codes[event.name]?.unit
    }

    private static func treeAlive(_ event: CounterEvent, _ survivors: Int) -> CounterRefusal {
        CounterRefusal(
            event: event.name, code: .treeAlive,
            message: "\(survivors) processes outlived the program, so the count of "
                + "\(event.name) was still growing.")
    }

    private static func unreadable(
        _ event: CounterEvent, _ error: SystemCallFailure
    ) -> CounterRefusal {
        CounterRefusal(
            event: event.name, code: .unreadable, errno: error.errno,
            message: "The count of \(event.name) cannot be read: \(error).")
    }
}
