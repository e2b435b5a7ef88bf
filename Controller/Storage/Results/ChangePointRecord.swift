import Database
package import FleetModel

/// A place at which a series changed its level, as it is stored.
package struct ChangePointRecord: Hashable, Sendable {
    package let id: ChangePointID
    package let project: ProjectID
    package let series: SeriesID
    package let found: Finding
    package let isActive: Bool
    package let foundAt: ServerTime
    /// When later points spoke against it.
    package let withdrawnAt: ServerTime?

    /// Everything that the points alone decide: the same points give the same finding.
    package struct Finding: Hashable, Sendable {
        package let kind: SeriesBoundary.Kind
        /// First of the new level.
        package let measurement: MeasurementID
        package let run: RunID
        package let lastGood: CommitHash
        package let firstBad: CommitHash
        /// The new level may have begun at any measured commit from here to there.
        package let earliest: CommitHash
        package let latest: CommitHash
        /// Of `firstBad` in its history.
        package let position: Int64?
        package let committedAt: ServerTime
        package let epoch: String
        package let levelBefore: Double
        package let levelAfter: Double
        package let shift: RelativeInterval?
        package let p: Double?
        package let direction: Direction
        package let method: AnalysisMethod

        /// The same, as if another engine had found it.
        package func by(_ method: AnalysisMethod) -> Finding {
            Finding(
                kind: kind, measurement: measurement, run: run, lastGood: lastGood,
                firstBad: firstBad, earliest: earliest, latest: latest, position: position,
                committedAt: committedAt, epoch: epoch, levelBefore: levelBefore,
                levelAfter: levelAfter, shift: shift, p: p, direction: direction, method: method)
        }
    }
}

/// What a finding was made by: any other one may find otherwise.
package struct AnalysisMethod: Hashable, Sendable {
    /// `fleet` or `otava`.
    package let algorithm: String
    package let algorithmVersion: String
    package let engineVersion: String

    package init(algorithm: String, algorithmVersion: String, engineVersion: String) {
        self.algorithm = algorithm
        self.algorithmVersion = algorithmVersion
        self.engineVersion = engineVersion
    }
}

extension ChangePointRecord {
    init(_ row: Row) throws(DatabaseFailure) {
        self.init(
            id: try row.id("id"), project: try row.id("project_id"),
            series: try row.id("series_id"), found: try Finding(row),
            isActive: try row.text("state") == Self.active, foundAt: try row.time("found_us"),
            withdrawnAt: try row.optionalTime("withdrawn_us"))
    }

    static let active = "active"
    static let withdrawn = "withdrawn"
}

extension ChangePointRecord.Finding {
    init(_ row: Row) throws(DatabaseFailure) {
        let shift = try row.optionalReal("shift_rel")
        let interval = try shift.map { value throws(DatabaseFailure) in
            RelativeInterval(
                value: value, low: try row.optionalReal("ci_low_rel"),
                high: try row.optionalReal("ci_high_rel"),
                level: try row.optionalReal("ci_level"))
        }
        self.init(
            kind: try row.word("kind"), measurement: try row.id("measurement_id"),
            run: try row.id("run_id"), lastGood: try row.commit("last_good"),
            firstBad: try row.commit("first_bad"), earliest: try row.commit("range_from"),
            latest: try row.commit("range_to"), position: try row.optionalInteger("position"),
            committedAt: try row.time("committed_us"), epoch: try row.text("epoch"),
            levelBefore: try row.real("level_before"), levelAfter: try row.real("level_after"),
            shift: interval, p: try row.optionalReal("p"), direction: try row.word("direction"),
            method: AnalysisMethod(
                algorithm: try row.text("algorithm"),
                algorithmVersion: try row.text("algorithm_version"),
                engineVersion: try row.text("engine_version")))
    }

    /// In the order of `columns`.
    var binds: [DatabaseValue] {
        [
            .word(kind), .id(measurement), .id(run), .text(lastGood.text), .text(firstBad.text),
            .text(earliest.text), .text(latest.text), .integer(position), .time(committedAt),
            .text(epoch), .real(levelBefore), .real(levelAfter), .real(shift?.value),
            .real(shift?.low), .real(shift?.high), .real(shift?.level), .real(p),
            .word(direction), .text(method.algorithm), .text(method.algorithmVersion),
            .text(method.engineVersion),
        ]
    }

    static let columns = [
        "kind", "measurement_id", "run_id", "last_good", "first_bad", "range_from", "range_to",
        "position", "committed_us", "epoch", "level_before", "level_after", "shift_rel",
        "ci_low_rel", "ci_high_rel", "ci_level", "p", "direction", "algorithm",
        "algorithm_version", "engine_version",
    ]
}
