extension CounterHost {
    /// What the kernel is asked for an event. `cpus`: the run's; a hybrid processor is asked for
    /// the unit that they belong to.
    package func code(
        of event: CounterEvent, for cpus: [Int] = []
    ) -> Result<EventCode, CounterRefusal> {
        switch event.kind {
        case .software: .success(EventCode(type: 1, config: event.config))
        case .hardware: general(event, type: 0, cpus)
        case .cache: general(event, type: 3, cpus)
        case .unit: described(event, cpus)
        }
    }

    /// A bare number would count on one kind of core and say nothing about the other
    /// (isolation-and-counters.md, section 2.10): x86 takes the unit's type above the number, and
    /// Arm cores have names of their own.
    private func general(
        _ event: CounterEvent, type: UInt32, _ cpus: [Int]
    ) -> Result<EventCode, CounterRefusal> {
        let unit = unit(for: cpus)
        var code = EventCode(type: type, config: event.config, unit: unit?.name)
        guard isHybrid, let unit else { return .success(code) }
        if unit.name.hasPrefix("cpu_") {
            code.config |= UInt64(unit.type) << 32
            return .success(code)
        }
        guard let term = Self.armNames[event.plainName.prefix { $0 != ":" }.description] else {
            return .failure(
                CounterRefusal(
                    event: event.name, code: .eventUnsupported,
                    message: "The CPU (PMU \(unit.name)) has no name for \(event.name)."))
        }
        return resolve(UnitEvent([unit.name], term), for: event)
    }

    /// What the kernel's general events are on Arm (drivers/perf/arm_pmuv3.c).
    private static let armNames = [
        "instructions": "inst_retired", "cycles": "cpu_cycles", "branches": "pc_write_retired",
        "branch-misses": "br_mis_pred", "cache-references": "l1d_cache",
        "cache-misses": "l1d_cache_refill", "l1d-read-misses": "l1d_cache_refill",
        "dtlb-read-misses": "l1d_tlb_refill", "llc-read-misses": "ll_cache_miss_rd",
    ]

    private func described(
        _ event: CounterEvent, _ cpus: [Int]
    ) -> Result<EventCode, CounterRefusal> {
        guard let described = event.described else {
            return .failure(
                CounterRefusal(
                    event: event.name, code: .badRequest,
                    message: "\(event.name) has no description."))
        }
        if event.set != .raw, event.place == .tree, units.isEmpty {
            return .failure(
                CounterRefusal(event: event.name, code: .noPMU, message: CounterRefusal.noPMU))
        }
        return resolve(described, for: event)
    }

    private func resolve(
        _ described: UnitEvent, for event: CounterEvent
    ) -> Result<EventCode, CounterRefusal> {
        let folders = described.units.lazy.compactMap { UnitFolder($0, in: tree) }
        guard let folder = folders.first else {
            let names = described.units.joined(separator: " or ")
            return .failure(
                CounterRefusal(
                    event: event.name, code: .eventAbsent,
                    message: "This machine has no counting unit \(names), which \(event.name) "
                        + "needs."))
        }
        do throws(UnitFolder.Fault) {
            return .success(try folder.code(described.terms))
        } catch {
            guard !error.isAbsent else {
                return .failure(
                    CounterRefusal(
                        event: event.name, code: .eventAbsent,
                        message: "\(folder.name) has no \(error.term) on this machine."))
            }
            return .failure(
                CounterRefusal(
                    event: event.name, code: .badTerm,
                    message: "\(event.name): '\(error.term)' \(error.reason)."))
        }
    }

    /// Where the event is counted, which a raw event's unit decides.
    func place(of event: CounterEvent, _ code: EventCode) -> CounterEvent.Place {
        code.processors == nil ? event.place : .packages
    }

    /// Units outside of a processor cannot tell whose work they count.
    func scope(of event: CounterEvent, _ code: EventCode) -> CounterEvent.Scope {
        guard event.set == .raw else { return event.scope }
        return units.contains { $0.name == code.unit } ? .user : .all
    }
}
