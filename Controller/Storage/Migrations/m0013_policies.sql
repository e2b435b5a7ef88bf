-- Policies of projects as versioned documents, what a decision rests on, and decisions made anew.

CREATE TABLE policy (
    project_id TEXT NOT NULL REFERENCES project (id),
    name TEXT NOT NULL,
    active_version BIGINT,
    revision BIGINT NOT NULL,
    PRIMARY KEY (project_id, name)
);

CREATE TABLE policy_version (
    project_id TEXT NOT NULL REFERENCES project (id),
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    note TEXT,
    author TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (project_id, name, version)
);

ALTER TABLE comparison ADD COLUMN design TEXT NOT NULL DEFAULT 'separate';
ALTER TABLE comparison ADD COLUMN test TEXT NOT NULL DEFAULT 'auto';
ALTER TABLE comparison ADD COLUMN level DOUBLE PRECISION NOT NULL DEFAULT 0.95;
ALTER TABLE comparison ADD COLUMN seed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE comparison ADD COLUMN replaces TEXT;
ALTER TABLE comparison ADD COLUMN replaced_us BIGINT;
UPDATE comparison SET design = 'interleaved' WHERE run_id IS NOT NULL;

-- A run has one decision that holds; those from before stay.
DROP INDEX comparison_of_run;
CREATE UNIQUE INDEX comparison_of_run ON comparison (run_id)
    WHERE run_id IS NOT NULL AND replaced_us IS NULL;

-- The noise and the points that a decision was made with; decisions from before had none.
ALTER TABLE decision_record ADD COLUMN noise_rel DOUBLE PRECISION;
ALTER TABLE decision_record ADD COLUMN noise_degrees DOUBLE PRECISION;
ALTER TABLE decision_record ADD COLUMN history TEXT NOT NULL DEFAULT '';
