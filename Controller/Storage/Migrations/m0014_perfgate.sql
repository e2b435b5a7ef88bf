-- What perfgate's own clients store: baselines with their receipts, verdicts, the ledger of
-- decisions, and dependency events.

CREATE TABLE baseline (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    benchmark TEXT NOT NULL,
    version TEXT NOT NULL,
    git_ref TEXT,
    git_sha TEXT,
    receipt_bytes BIGINT NOT NULL,
    medians TEXT NOT NULL,
    metadata TEXT NOT NULL,
    tags TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    source TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    updated_us BIGINT NOT NULL,
    deleted_us BIGINT
);
-- Deleted versions keep their name.
CREATE UNIQUE INDEX baseline_version ON baseline (project_id, benchmark, version);
CREATE INDEX baseline_of_benchmark ON baseline (project_id, benchmark, created_us, id)
    WHERE deleted_us IS NULL;
-- For lists of whole projects, which alone say that the time is not negative: what asks for one
-- benchmark must not read the others, however few rows a planner expects of it.
CREATE INDEX baseline_of_project ON baseline (project_id, created_us, id)
    WHERE deleted_us IS NULL AND created_us >= 0;

-- Apart, so that lists do not read them.
CREATE TABLE baseline_receipt (
    baseline_id TEXT NOT NULL PRIMARY KEY REFERENCES baseline (id) ON DELETE CASCADE,
    body TEXT NOT NULL
);

CREATE TABLE verdict (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    benchmark TEXT NOT NULL,
    external_run TEXT NOT NULL,
    status TEXT NOT NULL,
    passed BIGINT NOT NULL,
    warned BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    reasons TEXT NOT NULL,
    git_ref TEXT,
    git_sha TEXT,
    wall_variation_rel DOUBLE PRECISION,
    flakiness_score DOUBLE PRECISION,
    created_us BIGINT NOT NULL
);
CREATE INDEX verdict_of_benchmark ON verdict (project_id, benchmark, created_us, id);
CREATE INDEX verdict_of_project ON verdict (project_id, created_us, id);

CREATE TABLE ledger_decision (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    scenario TEXT,
    status TEXT NOT NULL,
    verdict TEXT NOT NULL,
    accepted_rules TEXT NOT NULL,
    review_required BIGINT NOT NULL,
    review_reasons TEXT NOT NULL,
    git_ref TEXT,
    git_sha TEXT,
    tradeoff_receipt TEXT NOT NULL,
    scenario_receipt TEXT,
    artifact_index TEXT,
    receipts_bytes BIGINT NOT NULL,
    created_us BIGINT NOT NULL
);
CREATE INDEX ledger_of_project ON ledger_decision (project_id, created_us, id);

-- Over all projects, by the names that clients gave: an event makes no project.
CREATE TABLE dependency_event (
    id TEXT NOT NULL PRIMARY KEY,
    project TEXT NOT NULL,
    benchmark TEXT NOT NULL,
    dependency TEXT NOT NULL,
    old_version TEXT,
    new_version TEXT,
    metric TEXT NOT NULL,
    delta DOUBLE PRECISION NOT NULL,
    created_us BIGINT NOT NULL,
    place BIGINT NOT NULL
);
CREATE INDEX dependency_event_by_name ON dependency_event (dependency, created_us, place);
CREATE INDEX dependency_event_by_time ON dependency_event (created_us);
