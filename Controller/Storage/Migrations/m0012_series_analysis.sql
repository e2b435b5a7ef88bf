-- Where commits stand in their history, what the analysis of a series found, and which series
-- wait for it.

ALTER TABLE revision ADD COLUMN position BIGINT;
ALTER TABLE revision ADD COLUMN on_default BIGINT;

CREATE TABLE series_analysis (
    project_id TEXT NOT NULL REFERENCES project (id),
    series_id TEXT NOT NULL REFERENCES series (id),
    wanted BIGINT NOT NULL,
    done BIGINT NOT NULL,
    wanted_us BIGINT NOT NULL,
    analysed_us BIGINT,
    engine_version TEXT,
    points BIGINT NOT NULL,
    levels TEXT NOT NULL,
    noise_deviation DOUBLE PRECISION,
    noise_rel DOUBLE PRECISION,
    detectable_rel DOUBLE PRECISION,
    correlation DOUBLE PRECISION,
    noise_runs BIGINT,
    flags TEXT NOT NULL,
    trend_runs BIGINT,
    trend_slope DOUBLE PRECISION,
    trend_theil_sen DOUBLE PRECISION,
    trend_p DOUBLE PRECISION,
    trend_drift TEXT,
    trend_month_rel DOUBLE PRECISION,
    trend_breach_runs BIGINT,
    suspect TEXT,
    PRIMARY KEY (project_id, series_id)
);
CREATE UNIQUE INDEX series_analysis_of_series ON series_analysis (series_id);
CREATE INDEX series_analysis_waiting ON series_analysis (wanted_us) WHERE done < wanted;

CREATE TABLE change_point (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    series_id TEXT NOT NULL REFERENCES series (id),
    kind TEXT NOT NULL,
    measurement_id TEXT NOT NULL REFERENCES measurement (id),
    run_id TEXT NOT NULL REFERENCES run (id),
    last_good TEXT NOT NULL,
    first_bad TEXT NOT NULL,
    range_from TEXT NOT NULL,
    range_to TEXT NOT NULL,
    position BIGINT,
    committed_us BIGINT NOT NULL,
    epoch TEXT NOT NULL,
    level_before DOUBLE PRECISION NOT NULL,
    level_after DOUBLE PRECISION NOT NULL,
    shift_rel DOUBLE PRECISION,
    ci_low_rel DOUBLE PRECISION,
    ci_high_rel DOUBLE PRECISION,
    ci_level DOUBLE PRECISION,
    p DOUBLE PRECISION,
    direction TEXT NOT NULL,
    state TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    algorithm_version TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    found_us BIGINT NOT NULL,
    withdrawn_us BIGINT
);
CREATE UNIQUE INDEX change_point_place ON change_point (series_id, kind, measurement_id);
CREATE INDEX change_point_by_age ON change_point (project_id, found_us, id);

-- What was measured before waits for its first analysis.
INSERT INTO series_analysis (project_id, series_id, wanted, done, wanted_us, points, levels, flags)
SELECT project_id, id, 1, 0, created_us, 0, '[]', '[]' FROM series;
