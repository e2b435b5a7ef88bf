import Database
import FleetModel

extension ComparisonStore.Comparison {
    var binds: [DatabaseValue] {
        [
            .id(id), .id(project), .id(run), .text(base.commit.text),
            .text(candidate.commit.text), .id(base.run), .id(candidate.run), .word(direction),
            .word(decision), .textList(reasons), .text(policy), .text(engineVersion),
            .text(family.method), .real(family.q), .integer(Int64(family.size)),
            .real(noiseFloor), .text(method.design.rawValue), .text(method.test),
            .real(method.level), .integer(Int64(bitPattern: method.seed)), .id(replaces),
            .time(createdAt),
        ]
    }

    init(_ row: Row, rows: [ComparisonStore.RowRecord]) throws(DatabaseFailure) {
        self.init(
            id: try row.id("id"), project: try row.id("project_id"),
            run: try row.optionalID("run_id"),
            base: ComparisonStore.Side(
                commit: try row.commit("base_commit"), run: try row.optionalID("base_run_id")),
            candidate: ComparisonStore.Side(
                commit: try row.commit("candidate_commit"),
                run: try row.optionalID("candidate_run_id")),
            direction: try row.word("direction"), decision: try row.word("decision"),
            reasons: try row.textList("reasons"), policy: try row.text("policy"),
            engineVersion: try row.text("engine_version"),
            family: ComparisonStore.Family(
                method: try row.text("family_method"), q: try row.real("family_level"),
                size: Int(clamping: try row.integer("family_size"))),
            noiseFloor: try row.optionalReal("noise_floor_rel"),
            method: ComparisonMethod(
                ComparisonMethod.Design(rawValue: try row.text("design")) ?? .separate,
                test: try row.text("test"), level: try row.real("level"),
                seed: UInt64(bitPattern: try row.integer("seed"))),
            replaces: try row.optionalID("replaces"),
            createdAt: try row.time("created_us"), rows: rows)
    }
}

extension ComparisonStore.RowRecord {
    var binds: [DatabaseValue] {
        [
            .text(benchmark), .parameters(parameters), .text(metric.name), .text(metric.unit),
            .word(metric.better), .word(metric.provider), .text(hostClass), .id(series),
            .text(state), .bool(isWatched), .integer(base?.count), .real(base?.median),
            .real(base?.mad), .integer(candidate?.count), .real(candidate?.median),
            .real(candidate?.mad), .real(shift?.absolute), .real(shift?.relative),
            .real(shift?.low), .real(shift?.high), .real(shift?.level), .real(p),
            .real(adjustedP), .real(cliffsDelta), .real(detectable), .real(threshold),
            .word(direction), .word(decision), .textList(reasons), .text(proof.test),
            .bool(proof.isPaired), .real(proof.noise), .real(proof.noiseDegrees),
            .text(proof.history.map { "\($0)" }.joined(separator: " ")), .real(proof.noiseFloor),
            .text(pinned?.text),
        ]
    }

    init(_ row: Row) throws(DatabaseFailure) {
        self.init(
            benchmark: try row.text("benchmark"), parameters: try row.parameters("params"),
            metric: MetricIdentity(
                name: try row.text("metric"), unit: try row.text("unit"),
                better: try row.word("better"), provider: try row.word("provider")),
            hostClass: try row.text("host_class"), series: try row.optionalID("series_id"),
            state: try row.text("state"), isWatched: try row.bool("watched"),
            base: try ComparisonStore.Stat(row, "base"),
            candidate: try ComparisonStore.Stat(row, "candidate"),
            shift: try ComparisonStore.Shift(row), p: try row.optionalReal("p"),
            adjustedP: try row.optionalReal("p_adjusted"),
            cliffsDelta: try row.optionalReal("cliffs_delta"),
            detectable: try row.optionalReal("mde_rel"),
            threshold: try row.optionalReal("threshold_rel"),
            direction: try row.word("direction"), decision: try row.word("decision"),
            reasons: try row.textList("reasons"),
            proof: RowProof(
                test: try row.text("test"), isPaired: try row.bool("paired"),
                noise: try row.optionalReal("noise_rel"),
                noiseDegrees: try row.optionalReal("noise_degrees"),
                noiseFloor: try row.optionalReal("noise_floor_rel"),
                history: try row.text("history").split(separator: " ").compactMap {
                    Double($0)
                }), pinned: try row.optionalText("pinned").flatMap { PinnedShift(text: $0) })
    }
}

extension ComparisonStore.Stat {
    init?(_ row: Row, _ side: String) throws(DatabaseFailure) {
        guard let count = try row.optionalInteger(side + "_n"),
            let median = try row.optionalReal(side + "_median"),
            let mad = try row.optionalReal(side + "_mad")
        else { return nil }
        self.init(count: count, median: median, mad: mad)
    }
}

extension ComparisonStore.Shift {
    init?(_ row: Row, level column: String = "ci_level") throws(DatabaseFailure) {
        guard let absolute = try row.optionalReal("shift"),
            let relative = try row.optionalReal("shift_rel"),
            let level = try row.optionalReal(column)
        else { return nil }
        self.init(
            absolute: absolute, relative: relative, low: try row.optionalReal("ci_low_rel"),
            high: try row.optionalReal("ci_high_rel"), level: level)
    }
}
