import Counters
package import Isolation
import Workspaces

extension RunnerHost {
    /// What jobs may require of this host, in the words of a project file (§2.6), ascending.
    package var items: [String] {
        var items = launcher.items
        if pageCache != nil { items.insert(PageCache.item) }
        let level = level
        for word in [LaunchAbilities.fullItem, "isolation.partial"] {
            let missing = RequiredIsolation.missing([word], level: level, possible: items)
            if missing.isEmpty { items.insert(word) } else { items.remove(word) }
        }
        return items.union(counting.items).sorted()
    }
}

extension RunnerHost {
    /// The best that a job can reach, with the host tuned as far as its operator allows.
    package var level: IsolationReceipt.Level {
        let wish = IsolationWish(level: "full")
        guard let choice = try? cores.choose(wish, turn: 0) else { return .none }
        return cores.guarded(choice, wish, tuning?.preview()).level
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
