package import FleetModel
package import JobPlanning
package import Storage

/// What somebody asked to be measured, checked in its form but not yet against the repository.
package struct TriggerOrder: Sendable {
    package let project: ProjectStore.Project
    package let repository: ProjectStore.Repository
    package let selection: Selection
    package let base: BaseChoice
    package let wish: MeasuringWish
    package let place: Place
    package let origin: Origin
    /// Measure anew although the same has been measured.
    package let isForced: Bool
    /// Measured on top of the commit, and compared with the commit without it.
    package let patch: CommitPatch?
    /// Whether who asks may measure the benchmark of this name.
    package let admits: @Sendable (String) -> Bool

    package init(
        project: ProjectStore.Project, repository: ProjectStore.Repository, selection: Selection,
        base: BaseChoice, wish: MeasuringWish, place: Place, origin: Origin,
        isForced: Bool, patch: CommitPatch? = nil,
        admits: @escaping @Sendable (String) -> Bool = { _ in true }
    ) {
        self.project = project
        self.repository = repository
        self.selection = selection
        self.base = base
        self.wish = wish
        self.place = place
        self.origin = origin
        self.isForced = isForced
        self.patch = patch
        self.admits = admits
    }

    package enum Selection: Hashable, Sendable {
        case revision(String)
        case range(from: String, to: String, step: Int, limit: Int, firstParent: Bool)
    }

    package enum BaseChoice: Hashable, Sendable {
        /// As the project file says, and the project's policy behind it; else the parent.
        case usual
        case parent
        /// Where its line left the default branch.
        case mergeBase
        /// The project's pinned baseline.
        case pinned
        case none
        case given(String)
    }

    package struct Place: Hashable, Sendable {
        package let hostClass: String?
        package let host: HostID?

        package init(hostClass: String? = nil, host: HostID? = nil) {
            self.hostClass = hostClass
            self.host = host
        }
    }

    package struct Origin: Hashable, Sendable {
        package let kind: String
        package let by: String?
        package let reason: String?
        /// Of each new run.
        package let labels: Parameters

        package init(
            kind: String, by: String?, reason: String?, labels: Parameters = .none
        ) {
            self.kind = kind
            self.by = by
            self.reason = reason
            self.labels = labels
        }
    }
}

/// Why nothing was submitted; nothing has been written then.
package enum SubmitFailure: Error, Sendable {
    case noEligibleHost(String)
    /// None of the hosts could ever take a job.
    case noHostFits(HostLack)
    case unknownBenchmark(String)
    /// Who asks may not measure this one, which the order asks for.
    case benchmarkOutOfReach(String)
    case unknownHostClass(String)
    /// No file of the revisions has such matrix cells; for people.
    case unknownCell(String)
    /// The change is of the project file of this path, too, which decides what is measured.
    case patchedProjectFile(String)
    /// The project has no pinned baseline in this repository.
    case nothingPinned
}
