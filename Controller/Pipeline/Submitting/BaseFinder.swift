import CommitGraph
import FleetModel
import ProjectFile
import Storage

/// Finds the commit beside which a revision is measured. What a trigger says stands before the
/// project file, and that before the project's policy.
struct BaseFinder {
    let graph: CommitGraph
    let source: RepositorySource
    let order: TriggerOrder
    let pin: PinnedBaselineStore.Pin?
    let policy: RunPolicy.Stored?

    struct Found: Sendable {
        var base: RunRecord.Base?
        /// The base holds for runs of this class alone.
        var hostClass: String?
        /// Why the revision cannot be compared as its file asks; for people.
        var refusal: String?
    }

    /// `file`: nil where the revision's cannot be read.
    /// - Throws: `SubmitFailure.nothingPinned` where the trigger asks for what is not there.
    func base(of detail: CommitDetails, _ file: ProjectFile?) async throws -> Found {
        switch order.base {
        case .none: return Found()
        case .parent: return Found(base: Self.parent(of: detail))
        case .mergeBase: return Found(base: try await forkPoint(of: detail))
        case .pinned:
            guard let found = pinned(detail) else { throw SubmitFailure.nothingPinned }
            return found
        case .given(let text):
            let commit = try await graph.resolve(try CommitReference(text), in: source)
            return Found(base: RunRecord.Base(commit: commit, how: "given"))
        case .usual:
            return try await usual(of: detail, file.map { BaseAsked($0, policy) } ?? .usual)
        }
    }

    private func usual(of detail: CommitDetails, _ asked: BaseAsked) async throws -> Found {
        switch asked {
        case .several(let words):
            let names = words.map { "`\($0.rawValue)`" }.joined(separator: " and ")
            return Found(
                refusal: "A run is measured beside one commit, and `policy.baseline` asks for "
                    + "\(names).")
        case .one(.forkPoint): return Found(base: try await forkPoint(of: detail))
        case .one(.pinned):
            return pinned(detail)
                ?? Found(
                    refusal: "`policy.baseline: pinned` has nothing pinned to compare with: "
                        + "fleetmark baseline pin COMMIT.")
        case .one(.release):
            if pin?.release != nil, let found = pinned(detail) { return found }
            return Found(base: try await release(before: detail))
        case .usual, .one: return Found(base: Self.parent(of: detail))
        }
    }

    private static func parent(of detail: CommitDetails) -> RunRecord.Base? {
        detail.parents.first.map { RunRecord.Base(commit: $0, how: "parent") }
    }

    /// A commit of the default branch itself has left nothing: its parent is before it.
    private func forkPoint(of detail: CommitDetails) async throws -> RunRecord.Base? {
        let branch = order.repository.defaultBranch ?? order.project.defaultBranch
        let found = try await graph.forkPoint(of: detail.hash, fromBranch: branch, in: source)
        guard found != detail.hash else { return Self.parent(of: detail) }
        return found.map { RunRecord.Base(commit: $0, how: "merge_base") }
    }

    /// Nil where nothing of this repository is pinned. What is pinned is not compared with itself.
    private func pinned(_ detail: CommitDetails) -> Found? {
        guard let pin, pin.repository == order.repository.id else { return nil }
        guard pin.commit != detail.hash else { return Found(base: Self.parent(of: detail)) }
        let base = RunRecord.Base(
            commit: pin.commit, how: pin.release == nil ? "pinned" : "release")
        return Found(base: base, hostClass: pin.hostClass)
    }

    /// Nothing is compared before there is a release.
    private func release(before detail: CommitDetails) async throws -> RunRecord.Base? {
        guard let parent = detail.parents.first else { return nil }
        let found = try await graph.nearestTag(of: parent, in: source)
        return found.map { RunRecord.Base(commit: $0.commit, how: "release") }
    }
}
