import Counters
import Isolation
import Workspaces

extension RunnerHost {
    /// What jobs may require of this host, in the words of a project file (§2.6), ascending.
    package var items: [String] {
        var items = launcher.items
        if pageCache != nil { items.insert(PageCache.item) }
        var wish = CoreWish()
        wish.sharesHousekeeping = true
        wish.housekeeping = housekeeping
        let level = (try? CoreChoice.choose(topology, wish))?.level ?? .none
        for word in ["isolation.full", "isolation.partial"] {
            let missing = RequiredIsolation.missing([word], level: level, possible: launcher.items)
            if missing.isEmpty { items.insert(word) } else { items.remove(word) }
        }
        return items.union(counting.items).sorted()
    }
}

extension HostCounting {
    /// Sets and events that are counted here, without the mark for user mode.
    fileprivate var items: [String] {
        let events = verdicts.map(\.event)
        let names = events.map { event in
            event.name.hasSuffix(":u") ? String(event.name.dropLast(2)) : event.name
        }
        let words = Set(names + events.map(\.set.rawValue) + [Self.countingUnit, Self.simulated])
        return verdicts.isEmpty && simulator == nil ? [] : words.filter { problem(with: $0) == nil }
    }
}
