package import FleetModel
import ProjectFile
package import Storage

/// What somebody asked to be measured, checked in its form but not yet against the repository.
package struct TriggerOrder: Sendable {
    package let project: ProjectStore.Project
    package let repository: ProjectStore.Repository
    package let selection: Selection
    package let base: BaseChoice
    package let narrowing: Narrowing
    package let place: Place
    package let effort: Effort
    package let origin: Origin
    /// Measure anew although the same has been measured.
    package let isForced: Bool
    /// Measured on top of the commit, and compared with the commit without it.
    package let patch: CommitPatch?

    package init(
        project: ProjectStore.Project, repository: ProjectStore.Repository, selection: Selection,
        base: BaseChoice, narrowing: Narrowing, place: Place, effort: Effort, origin: Origin,
        isForced: Bool, patch: CommitPatch? = nil
    ) {
        self.project = project
        self.repository = repository
        self.selection = selection
        self.base = base
        self.narrowing = narrowing
        self.place = place
        self.effort = effort
        self.origin = origin
        self.isForced = isForced
        self.patch = patch
    }

    /// Whether a project file might ask for a counter of this name.
    package static func knows(counter name: String) -> Bool {
        CounterNames.isKnown(name)
    }

    package enum Selection: Hashable, Sendable {
        case revision(String)
        case range(from: String, to: String, step: Int, limit: Int, firstParent: Bool)
    }

    package enum BaseChoice: Hashable, Sendable {
        case parent
        case none
        case given(String)
    }

    /// Which benchmarks, and what is counted of them; empty lists narrow nothing.
    package struct Narrowing: Hashable, Sendable {
        package let benchmarks: [String]
        package let tags: [String]
        /// Instead of those that the file asks for; nil leaves it to the file.
        package let counters: [String]?
        /// Instead of what the file says; nil leaves it to the file.
        package let profile: Profile?

        package init(
            benchmarks: [String] = [], tags: [String] = [], counters: [String]? = nil,
            profile: Profile? = nil
        ) {
            self.benchmarks = benchmarks
            self.tags = tags
            self.counters = counters
            self.profile = profile
        }
    }

    /// A profile after each benchmark, and with which tool.
    package enum Profile: String, Hashable, Sendable, CaseIterable {
        case disabled = "none"
        /// perf where it may count, else callgrind.
        case auto
        case perf, callgrind
    }

    package struct Place: Hashable, Sendable {
        package let hostClass: String?
        package let host: HostID?

        package init(hostClass: String? = nil, host: HostID? = nil) {
            self.hostClass = hostClass
            self.host = host
        }
    }

    package struct Effort: Hashable, Sendable {
        /// Exactly so many visits a side; nil leaves it to the suite and to the family's size.
        package let fixed: Int?
        package let minimum: Int?
        package let maximum: Int?
        /// Relative half width at which repeating stops.
        package let target: Double?
        package let priority: Priority
        /// Build although a host keeps a finished build that fits.
        package let buildsAnew: Bool

        package init(
            fixed: Int? = nil, minimum: Int? = nil, maximum: Int? = nil, target: Double? = nil,
            priority: Priority = .interactive, buildsAnew: Bool = false
        ) {
            self.fixed = fixed
            self.minimum = minimum
            self.maximum = maximum
            self.target = target
            self.priority = priority
            self.buildsAnew = buildsAnew
        }
    }

    package struct Origin: Hashable, Sendable {
        package let kind: String
        package let by: String?
        package let reason: String?

        package init(kind: String, by: String?, reason: String?) {
            self.kind = kind
            self.by = by
            self.reason = reason
        }
    }
}

/// Why nothing was submitted; nothing has been written then.
package enum SubmitFailure: Error, Sendable {
    case noEligibleHost(String)
    case unknownBenchmark(String)
    case unknownHostClass(String)
    /// The change is of the project file of this path, too, which decides what is measured.
    case patchedProjectFile(String)
}
