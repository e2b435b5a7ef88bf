import Database
import FleetModel
import FoundationEssentials
import Logging
import Pipeline
import ServiceLifecycle
import Storage

extension Composition {
    /// Everything that runs, in the order in which it starts.
    func services(
        onStart: @escaping @Sendable (Controller.Started) async -> Void
    ) -> [any Service] {
        let server = ServerService(composition: self, onStart: onStart)
        return configuration.mode == .viewer
            ? [signals(of: [WorkChannel.run, WorkChannel.attempt]), server]
            : work + [signals(of: WorkChannel.all), server]
    }

    private func signals(of channels: [String]) -> ChangeSignals {
        ChangeSignals(
            changes: database.listen(channels), polls: polls, agentConnections: agentConnections,
            certificates: CertificateStore(database), logger: logger)
    }

    /// What a fleet's controller does by itself.
    private var work: [any Service] {
        let pipeline = ResultPipeline(
            processing: ProcessingStore(
                database, settings: configuration.leases, journal: journal),
            stores: RunComparer.Stores(
                runs: RunStore(database), measurements: MeasurementStore(database),
                comparisons: ComparisonStore(database), series: SeriesStore(database)),
            hosts: HostStore(database), logger: logger)
        let results = ArrivalWorker(
            arrivals: database.listen([WorkChannel.results]), logger: logger,
            complaint: "results wait", work: pipeline.processPending)
        let keeper = SeriesKeeper(store: SeriesAnalysisStore(database), logger: logger)
        let series = ArrivalWorker(
            arrivals: database.listen([WorkChannel.series]), logger: logger,
            complaint: "series wait to be analysed", work: { try await keeper.analyseWaiting() })
        let sweeper = Sweeper(
            leadership: LeadershipStore(database),
            sweeps: SweepStore(
                database, settings: configuration.leases, journal: journal),
            retention: ArtifactRetention(store: artifacts, folder: content, logger: logger),
            settings: configuration.leases, name: UUID().uuidString.lowercased(), logger: logger)
        return [results, series, sweeper, baselineCleanup]
    }

    private var baselineCleanup: BaselineCleanup {
        BaselineCleanup(
            baselines: BaselineStore(database), settings: configuration.baselines,
            now: Self.now, logger: logger)
    }
}
