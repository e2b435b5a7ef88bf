package import FleetModel
package import Storage

extension RunSubmitter {
    /// A run that a trigger would make, or one that it would give back.
    package struct Preview: Sendable {
        package let commit: CommitHash
        package let base: RunRecord.Base?
        package let hostClass: String
        /// One for each job, in their order; an empty one for a file without a matrix.
        package let cells: [Parameters]
        package let reused: RunID?
        /// Why nothing would be measured.
        package let failure: Failure?
    }

    /// What `submit` would do; nothing is written.
    /// - Throws: as `submit`, but for a full queue.
    package func preview(_ order: TriggerOrder, at now: ServerTime) async throws -> [Preview] {
        let found = try await resolve(order)
        return try await plan(found, order, at: now).1.map { planned in
            let pair = planned.pair
            return switch planned.part {
            case .new(let run):
                Preview(
                    commit: pair.commit, base: pair.base, hostClass: planned.hostClass,
                    cells: run.jobs.map(\.cell), reused: nil, failure: run.failure)
            case .reused(let run):
                Preview(
                    commit: pair.commit, base: pair.base, hostClass: planned.hostClass, cells: [],
                    reused: run, failure: nil)
            }
        }
    }
}
