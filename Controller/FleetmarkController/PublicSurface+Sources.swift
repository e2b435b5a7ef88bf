import CommitGraph
import Dashboard
import Pipeline
import Storage

/// What several groups of routes read by.
extension PublicSurface {
    var compared: RunComparer.Stores {
        RunComparer.Stores(
            runs: runs, measurements: measurements, comparisons: comparisons,
            series: SeriesStore(database))
    }

    var sides: SideResolver {
        SideResolver(
            projects: projects, runs: runs, measurements: measurements,
            hosts: HostStore(database), names: SideResolver.CommitNames(submitter))
    }

    /// Comparisons that pages ask for are made and forgotten.
    var comparisonSource: ComparisonSource {
        let comparer = RunComparer(compared)
        let sides = sides
        return ComparisonSource(
            find: { side, project in
                let place = SideResolver.Place(host: side.host, hostClass: nil)
                var kinds = [SideResolver.Side.ref(side.text)]
                if side.isCommit { kinds.insert(.commit(side.text), at: 0) }
                for kind in kinds {
                    do {
                        return try await sides.run(kind, at: place, of: project)
                    } catch is SideResolver.Refusal {
                        continue
                    } catch is CommitGraphFailure {
                        continue
                    }
                }
                return nil
            },
            compare: { base, head, asRatios in
                var wish = ComparisonWish.usual
                wish.acrossHosts = asRatios
                do {
                    return .compared(
                        try await comparer.compare(
                            .init(base: base, candidate: head), wish, isKept: false,
                            at: Composition.now()))
                } catch RunComparer.Refusal.nothingMeasured(let run) {
                    return .nothingMeasured(run)
                } catch RunComparer.Refusal.notComparable(let what) {
                    return .notComparable(what)
                }
            })
    }

    var submitter: RunSubmitter {
        let transports = composition.configuration.transports
        let graph = CommitGraph(
            settings: CommitGraphSettings(
                root: composition.configuration.stateDirectory + "/mirrors",
                transports: transports))
        return RunSubmitter(
            graph: graph, transports: transports,
            limits: MatrixLimits(cells: composition.configuration.matrixCells),
            stores: .init(
                submissions: SubmissionStore(
                    database, journal: composition.journal,
                    queueLimit: composition.configuration.queueLimit), runs: runs,
                revisions: RevisionStore(database), hosts: HostStore(database),
                policies: PolicyStore(database), pins: PinnedBaselineStore(database)))
    }
}
