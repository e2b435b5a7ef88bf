-- A run is judged again when more of its results are stored than its judgement looked at.
ALTER TABLE run ADD COLUMN results BIGINT NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN judged BIGINT NOT NULL DEFAULT 0;
CREATE INDEX run_unjudged ON run (id) WHERE judged < results;

-- Runs that have not ended and have results wait for a judgement.
UPDATE run SET results = 1
WHERE finished_us IS NULL AND base_commit IS NOT NULL AND EXISTS (
    SELECT 1 FROM measurement WHERE measurement.run_id = run.id AND measurement.counted = 1);

-- Each row has the noise floor of the hosts that measured it. Until now the largest one of all
-- attempts was held against every row of a time.
ALTER TABLE decision_record ADD COLUMN noise_floor_rel DOUBLE PRECISION;
UPDATE decision_record SET noise_floor_rel = (
    SELECT comparison.noise_floor_rel FROM comparison
    WHERE comparison.id = decision_record.comparison_id)
WHERE provider <> 'simulated' AND unit NOT IN ('count', 'B');

-- A change that nobody committed, once for all jobs that measure it.
CREATE TABLE patch (
    digest TEXT NOT NULL PRIMARY KEY,
    body BYTES NOT NULL,
    created_us BIGINT NOT NULL
);
