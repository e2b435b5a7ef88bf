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
/// The events count nothing in the launcher, which never executes a program: its child inherits
/// them, and the child's exec turns them on (isolation-and-counters.md, sections 2.4 and 2.5). A
/// program that its user may execute but not read is not counted; the kernel takes the events away
/// and the state is `neverEnabled`.
package final class TreeCounters: Sendable {
    private struct State {
        var groups: [OpenGroup] = []
        var report = CounterReport()
    }

    private let groups: [CounterGroup]
    private let host: CounterHost
    private let calls: any PerfCalls
    private let state = Mutex(State())

    package init(
        _ groups: [CounterGroup], on host: CounterHost, calls: any PerfCalls = KernelPerfCalls()
    ) {
        self.groups = groups
        self.host = host
        self.calls = calls
    }

    /// Opens all groups on the launcher, which stands before its fork. What the kernel refuses
    /// becomes a reason in the report and never an error.
    package func open(on launcher: Int32) {
        let needed = groups.reduce(0) { $0 + $1.events.count }
        let opener = GroupOpener(
            host: host, calls: calls, target: launcher, descriptorsNeeded: needed)
        var opened = State()
        for group in groups {
            let result = opener.open(group)
            opened.groups += result.groups
            opened.report.refusals += result.refusals
            if result.wasSplit { opened.report.splitGroups.append(group) }
        }
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
        var report = ended.report
        for group in ended.groups {
            if survivors > 0 {
                report.refusals += group.counters.map { Self.treeAlive($0.event, survivors) }
            } else {
                read(group, into: &report)
            }
        }
        return report
    }

    private func read(_ group: OpenGroup, into report: inout CounterReport) {
        let events = group.counters.map(\.event)
        do throws(SystemCallFailure) {
            let counts = try counts(of: group)
            for (index, event) in events.enumerated() {
                report.readings.append(
                    CounterReading(
                        event, index < counts.count ? counts[index] : nil, pmu: pmu(of: event)))
            }
        } catch {
            report.refusals += events.map {
                CounterRefusal(
                    event: $0.name, code: .unreadable, errno: error.errno,
                    message: "The count of \($0.name) cannot be read: \(error).")
            }
        }
    }

    private func counts(of group: OpenGroup) throws(SystemCallFailure) -> [PerfCount?] {
        guard group.readsTogether, let leader = group.counters.first else {
            var counts: [PerfCount?] = []
            for counter in group.counters {
                counts.append(try calls.read(counter.descriptor.rawValue))
            }
            return counts
        }
        do throws(SystemCallFailure) {
            return try calls.readGroup(leader.descriptor.rawValue)
        } catch {
            // A child's group differed from its parent's for a moment (ECHILD).
            guard error.errno == ECHILD else { throw error }
            return try calls.readGroup(leader.descriptor.rawValue)
        }
    }

    private func pmu(of event: CounterEvent) -> String? {
        host.isHybrid && event.kind != .software ? host.chosenUnit?.name : nil
    }

    private static func treeAlive(_ event: CounterEvent, _ survivors: Int) -> CounterRefusal {
        CounterRefusal(
            event: event.name, code: .treeAlive,
            message: "\(survivors) processes outlived the program, so the count of "
                + "\(event.name) was still growing.")
    }
}
