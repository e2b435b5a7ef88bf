-- Results that somebody takes out of series or puts back. A row for each word; for a benchmark the
-- newest one holds that names it or, by an empty name, all of the run.

CREATE TABLE run_exclusion (
    run_id TEXT NOT NULL REFERENCES run (id),
    number BIGINT NOT NULL,
    project_id TEXT NOT NULL REFERENCES project (id),
    benchmark TEXT NOT NULL,
    excluded BIGINT NOT NULL,
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (run_id, number)
);
