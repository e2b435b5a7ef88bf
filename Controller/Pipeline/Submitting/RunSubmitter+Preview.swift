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
        /// The cells that would not begin at once, in their order.
        package let waits: [(cell: Parameters, wait: JobWait)]
    }

    /// What `submit` would do; nothing is written. `unreachable`: without a word for so long a host
    /// takes nothing.
    /// - Throws: as `submit`, but for a full queue.
    package func preview(
        _ order: TriggerOrder, at now: ServerTime, unreachable: Duration
    ) async throws -> [Preview] {
        let found = try await resolve(order)
        var fleet = try await stores.hosts.waitingFleet(unreachable: unreachable)
        fleet.naming = { $0.name }
        return try await plan(found, order, at: now).1.map { planned in
            let pair = planned.pair
            return switch planned.part {
            case .new(let run):
                Preview(
                    commit: pair.commit, base: pair.base, hostClass: planned.hostClass,
                    cells: run.jobs.map(\.cell), reused: nil, failure: run.failure,
                    waits: run.jobs.compactMap { job in
                        fleet.wait(
                            hostClass: planned.hostClass, host: job.host, needs: job.needs
                        ).map { (job.cell, $0) }
                    })
            case .reused(let run):
                Preview(
                    commit: pair.commit, base: pair.base, hostClass: planned.hostClass, cells: [],
                    reused: run, failure: nil, waits: [])
            }
        }
    }
}
