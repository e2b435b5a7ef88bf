-- How good each sample was and why, and whether hosts are sound.

CREATE TABLE sample_signal (
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    number BIGINT NOT NULL,
    role TEXT,
    benchmark TEXT,
    params TEXT NOT NULL,
    iteration BIGINT,
    validity TEXT NOT NULL,
    reasons TEXT NOT NULL,
    signals TEXT NOT NULL,
    PRIMARY KEY (attempt_id, number)
);

CREATE TABLE canary_result (
    host_id TEXT NOT NULL REFERENCES host (id),
    number BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    name TEXT NOT NULL,
    attempt_id TEXT REFERENCES attempt (id),
    place BIGINT,
    runs BIGINT NOT NULL,
    median DOUBLE PRECISION NOT NULL,
    mad DOUBLE PRECISION NOT NULL,
    instructions BIGINT,
    z DOUBLE PRECISION,
    low DOUBLE PRECISION,
    high DOUBLE PRECISION,
    state TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (host_id, number)
);
CREATE UNIQUE INDEX canary_of_attempt ON canary_result (attempt_id, place);
CREATE INDEX canary_by_name ON canary_result (host_id, name, at_us);

ALTER TABLE host ADD COLUMN canary_state TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE host ADD COLUMN canary_checked_us BIGINT;

-- Mark reasons of the samples, the most frequent first; measurements from before have none.
ALTER TABLE measurement ADD COLUMN reasons TEXT NOT NULL DEFAULT '[]';
ALTER TABLE benchmark_case ADD COLUMN half_width_rel DOUBLE PRECISION;
