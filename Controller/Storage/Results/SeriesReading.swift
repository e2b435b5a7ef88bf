package import FleetModel

/// Everything that the analysis of a series is made of, as one snapshot.
package struct SeriesReading: Sendable {
    package let series: SeriesRecord
    /// In the order of their commits.
    package let points: [Point]
    /// The samples of the newest points, but of those that the reader knows.
    package let blocks: [MeasurementID: SampleBlock]
    /// Of the newest point's run, as JSON; nil without a point.
    package let policy: String?
    /// Which state of the series this is: rises with each point that comes.
    package let wanted: Int64
    /// Nothing came since the last analysis.
    package let isAnalysed: Bool

    /// An accepted run with a value.
    package struct Point: Hashable, Sendable {
        package let measurement: MeasurementID
        package let run: RunID
        package let commit: CommitHash
        package let value: Double
        /// The digest of the host's platform epoch; nil where the agent did not say.
        package let epoch: String?
        package let commitTime: ServerTime
        package let measuredAt: ServerTime
        package let position: Int64?
        let parents: [CommitHash]
    }

    /// Points whose commits were made at that time or later.
    package func since(_ time: ServerTime) -> SeriesReading {
        SeriesReading(
            series: series, points: points.filter { $0.commitTime >= time }, blocks: blocks,
            policy: policy, wanted: wanted, isAnalysed: isAnalysed)
    }

    /// The findings with the points' own names in place of their places.
    package func analysis(_ findings: SeriesFindings, _ engine: String) -> SeriesAnalysis {
        SeriesAnalysis(
            points: points.count,
            levels: findings.levels.map { level in
                SeriesAnalysis.Level(
                    epoch: level.epoch, firstRun: points[level.first].run,
                    lastRun: points[level.last].run, count: level.count, median: level.median,
                    position: points[level.first].position,
                    committedAt: points[level.first].commitTime)
            }, noise: findings.noise, trend: findings.trend, suspect: findings.suspect,
            engineVersion: engine)
    }

    package func changePoints(
        _ findings: SeriesFindings, by method: AnalysisMethod
    ) -> [ChangePointRecord.Finding] {
        findings.boundaries.map { boundary in
            let point = points[boundary.place]
            return ChangePointRecord.Finding(
                kind: boundary.kind, measurement: point.measurement, run: point.run,
                lastGood: points[boundary.before].commit, firstBad: point.commit,
                earliest: points[boundary.range.lowerBound].commit,
                latest: points[boundary.range.upperBound].commit, position: point.position,
                committedAt: point.commitTime, epoch: boundary.epoch,
                levelBefore: boundary.levelBefore, levelAfter: boundary.levelAfter,
                shift: boundary.shift, p: boundary.p, direction: boundary.direction,
                method: method)
        }
    }
}

extension SeriesReading.Point: HistoryPoint {
    var identity: String { measurement.text }
}
