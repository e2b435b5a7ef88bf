// Counters of a process tree, and what stands in for them where there are none.
//
// Enters: names of events or sets, the launcher's process number, a folder that cachegrind wrote.
// Leaves: readings with their truth (state, time enabled and running), and a reason for each event
// that is missing.

import FleetModel

/// Every event that this version counts. Source: isolation-and-counters.md, section 2.1, and the
/// numbers of linux/perf_event.h.
package enum CounterCatalogue {
    package static let all: [CounterEvent] = [
        CounterEvent("instructions:u", .hardware, 1, scope: .user, set: .core, better: .lower),
        CounterEvent("cycles:u", .hardware, 0, scope: .user, set: .core, better: .lower),
        CounterEvent("branches:u", .hardware, 4, scope: .user, set: .branch, better: .none),
        CounterEvent("branch-misses:u", .hardware, 5, scope: .user, set: .branch, better: .lower),
        CounterEvent("cache-references:u", .hardware, 2, scope: .user, set: .cache, better: .none),
        CounterEvent("cache-misses:u", .hardware, 3, scope: .user, set: .cache, better: .lower),
        CounterEvent(
            "l1d-read-misses:u", .cache, readMisses(0), scope: .user, set: .memory, better: .lower),
        CounterEvent(
            "dtlb-read-misses:u", .cache, readMisses(3), scope: .user, set: .memory,
            better: .lower),
        CounterEvent(
            "llc-read-misses:u", .cache, readMisses(2), scope: .user, set: .memory, better: .lower),
        CounterEvent("instructions:k", .hardware, 1, scope: .kernel, set: .kernel, better: .lower),
        CounterEvent("cycles:k", .hardware, 0, scope: .kernel, set: .kernel, better: .lower),
        CounterEvent("ref-cycles:u", .hardware, 9, scope: .user, set: .freq, better: .lower),
        CounterEvent(
            "task-clock", .software, 1, scope: .all, set: .software, counts: .nanoseconds,
            better: .lower),
        CounterEvent("page-faults", .software, 2, scope: .all, set: .software, better: .none),
        CounterEvent("context-switches", .software, 3, scope: .all, set: .software, better: .none),
        CounterEvent("cpu-migrations", .software, 4, scope: .all, set: .software, better: .none),
        CounterEvent("minor-faults", .software, 5, scope: .all, set: .software, better: .none),
        CounterEvent("major-faults", .software, 6, scope: .all, set: .software, better: .none),
        CounterEvent("cgroup-switches", .software, 11, scope: .all, set: .software, better: .none),
    ]

    /// Read accesses that missed, of one of perf_hw_cache_id.
    private static func readMisses(_ cache: UInt64) -> UInt64 { cache | 0 << 8 | 1 << 16 }

    /// The event of a name, with or without `:u`.
    package static func event(_ name: String) -> CounterEvent? {
        all.first { $0.name == name || $0.plainName == name }
    }

    /// Names of sets and events, as a project file has them.
    ///
    /// - Returns: the events in the catalogue's order, software events always among them, and the
    ///   names that this version cannot count.
    package static func select(
        _ names: [String]
    ) -> (events: [CounterEvent], unknown: [String]) {
        guard names != ["none"] else { return ([], []) }
        var wanted: Set<CounterEvent> = Set(all.filter { $0.set == .software })
        var unknown: [String] = []
        for name in names {
            if let set = CounterSet(rawValue: name), set != .software {
                wanted.formUnion(all.filter { $0.set == set })
            } else if let event = event(name) {
                wanted.insert(event)
            } else {
                unknown.append(name)
            }
        }
        return (all.filter(wanted.contains), unknown)
    }
}
