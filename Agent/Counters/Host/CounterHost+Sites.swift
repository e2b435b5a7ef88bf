import LinuxSystem

/// How an execution is found by its counters (isolation-and-counters.md, section 2.7).
package enum CountingMode: Sendable, Equatable {
    /// From the launcher's child on, and all that descends from it.
    case tree
    /// Whatever works in the run's control group, descendant or not.
    case group
    /// Whatever works on the run's processors.
    case processors
}

/// The processors of an execution and how it is counted on them.
package struct CountingScope: Sendable, Equatable {
    package var mode: CountingMode
    /// Empty for a run that has no processors of its own.
    package var cpus: [Int]

    package init(mode: CountingMode = .tree, cpus: [Int] = []) {
        self.mode = mode
        self.cpus = cpus
    }
}

/// On what one event is opened.
enum CountingSite: Equatable {
    case launcher
    /// The run's group, on each of these processors.
    case group([Int])
    case processors([Int])
}

extension CounterHost {
    /// Why an event cannot be counted in a scope, although the host has it; `nil` to go on.
    package func refusal(of event: CounterEvent, in scope: CountingScope) -> CounterRefusal? {
        switch code(of: event, for: scope.cpus) {
        case .failure(let refusal): return refusal
        case .success(let code):
            guard case .failure(let refusal) = site(of: event, code, in: scope) else { return nil }
            return refusal
        }
    }

    func site(
        of event: CounterEvent, _ code: EventCode, in scope: CountingScope
    ) -> Result<CountingSite, CounterRefusal> {
        let cpus = scope.cpus.isEmpty ? online : scope.cpus
        switch (place(of: event, code), scope.mode) {
        case (.tree, .tree): return .success(.launcher)
        case (.tree, .group): return .success(.group(cpus))
        case (.tree, .processors), (.processors, _): return .success(.processors(cpus))
        case (.packages, let mode):
            let foreign = foreigners(of: cpus)
            guard foreign.isEmpty || mode == .processors else {
                return .failure(shared(event, foreign))
            }
            let packages = Set(cpus.map(package))
            return .success(
                .processors((code.processors ?? []).filter { packages.contains(package(of: $0)) }))
        }
    }

    private func shared(_ event: CounterEvent, _ foreign: [Int]) -> CounterRefusal {
        CounterRefusal(
            event: event.name, code: .sharedPackage,
            message: "\(event.name) is counted for a whole package, and the run shares its own "
                + "with CPUs \(CPUList.text(of: foreign)).")
    }

    /// Processors of the run's packages whose core is not the run's: others work there, so what
    /// the package uses is not the run's alone.
    private func foreigners(of cpus: [Int]) -> [Int] {
        let packages = Set(cpus.map(package))
        let owned = Set(cpus.flatMap { siblings(of: $0) })
        return online.filter { packages.contains(package(of: $0)) && !owned.contains($0) }
    }

    private func package(of cpu: Int) -> Int {
        let path = "\(Self.topology(cpu))/physical_package_id"
        return (try? tree.text(path, limitBytes: 32)).flatMap { Int($0.trimmingWhitespace()) } ?? 0
    }

    private func siblings(of cpu: Int) -> [Int] {
        let folder = Self.topology(cpu)
        return tree.cpuList("\(folder)/core_cpus_list")
            ?? tree.cpuList("\(folder)/thread_siblings_list") ?? [cpu]
    }

    private static func topology(_ cpu: Int) -> String {
        "/sys/devices/system/cpu/cpu\(cpu)/topology"
    }
}
