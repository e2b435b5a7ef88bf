// Counters of an execution, and what stands in for them where there are none.
//
// Enters: names of events or sets, the launcher's process number and its control group, the
// folders of counting units below /sys, a folder that cachegrind wrote. Leaves: readings with their
// truth (state, time enabled and running), and a reason for each event that is missing.

import FleetModel

/// Every event that this version knows by a name of its own. Source: isolation-and-counters.md,
/// section 2.1, and the numbers of linux/perf_event.h.
package enum CounterCatalogue {
    package static let all: [CounterEvent] = processor + topdown + software + energy + frequency

    private static let processor: [CounterEvent] = [
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
    ]

    /// `slots` must be the leader, so it stands first.
    private static let topdown = [
        ("topdown.slots", "slots"), ("topdown.retiring", "topdown-retiring"),
        ("topdown.bad-spec", "topdown-bad-spec"), ("topdown.fe-bound", "topdown-fe-bound"),
        ("topdown.be-bound", "topdown-be-bound"),
    ].map { name, term in
        CounterEvent(
            name, of: UnitEvent(["cpu", "cpu_core"], term), at: .tree, set: .topdown)
    }

    private static let software: [CounterEvent] = [
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

    private static let energy = ["pkg", "cores", "ram", "gpu", "psys"].map {
        CounterEvent(
            "energy.\($0)", of: UnitEvent(["power"], "energy-\($0)"), at: .packages, set: .energy,
            counts: .joules, better: .lower)
    }

    private static let frequency = ["aperf", "mperf", "tsc", "smi"].map {
        CounterEvent($0, of: UnitEvent(["msr"], $0), at: .processors, set: .freq)
    }

    /// Read accesses that missed, of one of perf_hw_cache_id.
    private static func readMisses(_ cache: UInt64) -> UInt64 { cache | 0 << 8 | 1 << 16 }

    /// The event of a name, with or without `:u`, or spelled out: `cpu/event=0x3c,umask=1/`.
    package static func event(_ name: String) -> CounterEvent? {
        all.first { $0.name == name || $0.plainName == name } ?? UnitEvent.raw(name)
    }

    /// Names of sets and events, as a project file has them.
    ///
    /// - Returns: the events in the catalogue's order and raw ones after them, software events
    ///   always among them, and the names that this version cannot count.
    package static func select(
        _ names: [String]
    ) -> (events: [CounterEvent], unknown: [String]) {
        guard names != ["none"] else { return ([], []) }
        var wanted: Set<CounterEvent> = Set(all.filter { $0.set == .software })
        var raw: [CounterEvent] = []
        var unknown: [String] = []
        for name in names {
            if let set = CounterSet(rawValue: name), set.isWord {
                wanted.formUnion(all.filter { $0.set == set })
            } else if let event = event(name) {
                if event.set == .raw, wanted.insert(event).inserted { raw.append(event) }
                wanted.insert(event)
            } else {
                unknown.append(name)
            }
        }
        return (all.filter(wanted.contains) + raw, unknown)
    }
}
