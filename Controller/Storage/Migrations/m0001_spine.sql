-- The spine: projects, the queue, what agents send, what was measured and what was decided.
-- Times are microseconds since 1970 UTC (`_us`), durations nanoseconds (`_ns`), flags 0 or 1.
-- Tables of a project begin their keys with project_id, so that they can be partitioned by it.

CREATE TABLE project (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    title TEXT,
    visibility TEXT NOT NULL,
    default_branch TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    updated_us BIGINT NOT NULL,
    archived_us BIGINT,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX project_name ON project (name);

CREATE TABLE repository (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    forge TEXT NOT NULL,
    default_branch TEXT,
    credential_kind TEXT,
    credential_secret TEXT,
    last_fetch_us BIGINT,
    last_error_reason TEXT,
    last_error_message TEXT,
    created_us BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX repository_name ON repository (project_id, name);

CREATE TABLE revision (
    repository_id TEXT NOT NULL REFERENCES repository (id),
    commit_hash TEXT NOT NULL,
    parents TEXT NOT NULL,
    author TEXT NOT NULL,
    subject TEXT NOT NULL,
    author_time_us BIGINT NOT NULL,
    commit_time_us BIGINT NOT NULL,
    PRIMARY KEY (repository_id, commit_hash)
);

CREATE TABLE suite (
    project_id TEXT NOT NULL REFERENCES project (id),
    digest TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    canonical TEXT NOT NULL,
    first_commit TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (project_id, digest)
);
CREATE UNIQUE INDEX suite_id ON suite (id);

CREATE TABLE request (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    trigger_kind TEXT NOT NULL,
    triggered_by TEXT,
    reason TEXT,
    comparisons BIGINT NOT NULL,
    created_us BIGINT NOT NULL
);
CREATE INDEX request_of_project ON request (project_id, created_us);

CREATE TABLE run (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    request_id TEXT NOT NULL REFERENCES request (id),
    repository_id TEXT NOT NULL REFERENCES repository (id),
    commit_hash TEXT NOT NULL,
    base_commit TEXT,
    base_how TEXT,
    ref TEXT,
    host_class TEXT NOT NULL,
    suite_name TEXT NOT NULL,
    suite_digest TEXT,
    config_digest TEXT,
    natural_key TEXT NOT NULL,
    priority TEXT NOT NULL,
    state TEXT NOT NULL,
    state_since_us BIGINT NOT NULL,
    direction TEXT,
    decision TEXT,
    cases_ok BIGINT NOT NULL,
    cases_failed BIGINT NOT NULL,
    cases_invalid BIGINT NOT NULL,
    cases_skipped BIGINT NOT NULL,
    failure_class TEXT,
    failure_detail TEXT,
    failure_message TEXT,
    policy TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    started_us BIGINT,
    finished_us BIGINT,
    revision BIGINT NOT NULL
);
CREATE INDEX run_of_project ON run (project_id, created_us, id);
CREATE INDEX run_natural_key ON run (project_id, natural_key);

CREATE TABLE request_run (
    request_id TEXT NOT NULL REFERENCES request (id),
    place BIGINT NOT NULL,
    run_id TEXT NOT NULL REFERENCES run (id),
    is_reused BIGINT NOT NULL,
    PRIMARY KEY (request_id, place)
);
CREATE INDEX request_run_of_run ON request_run (run_id);

CREATE TABLE job (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    run_id TEXT NOT NULL REFERENCES run (id),
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    state_since_us BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    priority_rank BIGINT NOT NULL,
    host_class TEXT NOT NULL,
    host_id TEXT,
    place BIGINT NOT NULL,
    queued_us BIGINT NOT NULL,
    not_before_us BIGINT NOT NULL,
    queue_deadline_us BIGINT,
    cancel TEXT NOT NULL,
    cancel_requested_us BIGINT,
    cancel_by TEXT,
    lost_used BIGINT NOT NULL,
    transient_used BIGINT NOT NULL,
    host_used BIGINT NOT NULL,
    error_used BIGINT NOT NULL,
    failure_class TEXT,
    failure_detail TEXT,
    failure_message TEXT,
    description TEXT NOT NULL,
    job_timeout_ns BIGINT NOT NULL,
    created_us BIGINT NOT NULL
);
CREATE INDEX job_queue ON job (state, host_class, priority_rank, queued_us, place, id);
CREATE INDEX job_of_run ON job (run_id);

CREATE TABLE job_exclusion (
    job_id TEXT NOT NULL REFERENCES job (id),
    host_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (job_id, host_id)
);

CREATE TABLE host (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    machine_digest TEXT NOT NULL,
    state TEXT NOT NULL,
    host_class TEXT NOT NULL,
    architecture TEXT NOT NULL,
    os TEXT NOT NULL,
    kernel TEXT NOT NULL,
    cpu_model TEXT NOT NULL,
    cores BIGINT NOT NULL,
    memory_bytes BIGINT NOT NULL,
    agent_version TEXT NOT NULL,
    health TEXT,
    last_contact_us BIGINT,
    created_us BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX host_name ON host (name);
CREATE UNIQUE INDEX host_machine ON host (machine_digest);

CREATE TABLE agent (
    id TEXT NOT NULL PRIMARY KEY,
    host_id TEXT NOT NULL REFERENCES host (id),
    credential_digest TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    revoked_us BIGINT
);
CREATE UNIQUE INDEX agent_credential ON agent (credential_digest);
CREATE INDEX agent_of_host ON agent (host_id);

CREATE TABLE host_session (
    id TEXT NOT NULL PRIMARY KEY,
    agent_id TEXT NOT NULL REFERENCES agent (id),
    host_id TEXT NOT NULL REFERENCES host (id),
    boot_id TEXT NOT NULL,
    is_current BIGINT NOT NULL,
    facts TEXT NOT NULL,
    created_us BIGINT NOT NULL
);
CREATE INDEX host_session_of_agent ON host_session (agent_id, is_current);

CREATE TABLE enrolment_token (
    id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    host_name TEXT,
    preapproved BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    used_us BIGINT,
    used_by TEXT,
    machine_digest TEXT
);
CREATE UNIQUE INDEX enrolment_token_digest ON enrolment_token (digest);

CREATE TABLE attempt (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    job_id TEXT NOT NULL REFERENCES job (id),
    run_id TEXT NOT NULL REFERENCES run (id),
    number BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    host_id TEXT NOT NULL REFERENCES host (id),
    agent_id TEXT NOT NULL REFERENCES agent (id),
    session_id TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    state TEXT NOT NULL,
    is_live BIGINT NOT NULL,
    counted BIGINT NOT NULL,
    phase TEXT,
    beat BIGINT NOT NULL,
    progress BIGINT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    quiet_until_us BIGINT,
    lease_until_us BIGINT NOT NULL,
    lost_at_us BIGINT NOT NULL,
    deadline_us BIGINT NOT NULL,
    unreachable_since_us BIGINT,
    acked_seq BIGINT NOT NULL,
    log_bytes BIGINT NOT NULL,
    log_complete BIGINT NOT NULL,
    finish_digest TEXT,
    failure_class TEXT,
    failure_detail TEXT,
    failure_message TEXT,
    failure_exit_status BIGINT,
    failure_signal BIGINT,
    failure_log_offset BIGINT,
    created_us BIGINT NOT NULL,
    ended_us BIGINT,
    sealed_us BIGINT
);
CREATE UNIQUE INDEX attempt_fence ON attempt (job_id, fence);
CREATE UNIQUE INDEX attempt_claim ON attempt (claim_id);
CREATE UNIQUE INDEX attempt_live_host ON attempt (host_id) WHERE is_live = 1;
CREATE INDEX attempt_live_lease ON attempt (is_live, lease_until_us);
CREATE INDEX attempt_unsealed ON attempt (ended_us) WHERE sealed_us IS NULL;
CREATE INDEX attempt_of_run ON attempt (run_id, number);

CREATE TABLE attempt_event (
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    number BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT,
    PRIMARY KEY (attempt_id, number)
);

CREATE TABLE batch (
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    seq BIGINT NOT NULL,
    digest TEXT NOT NULL,
    body BYTES NOT NULL,
    received_us BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, seq)
);

CREATE TABLE log_chunk (
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    start_offset BIGINT NOT NULL,
    body BYTES NOT NULL,
    PRIMARY KEY (attempt_id, start_offset)
);

CREATE TABLE receipt (
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (attempt_id, number)
);

CREATE TABLE series (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    key_digest TEXT NOT NULL,
    benchmark TEXT NOT NULL,
    params TEXT NOT NULL,
    metric TEXT NOT NULL,
    unit TEXT NOT NULL,
    better TEXT NOT NULL,
    provider TEXT NOT NULL,
    pmu TEXT,
    architecture TEXT NOT NULL,
    host_class TEXT NOT NULL,
    host_id TEXT NOT NULL,
    configuration TEXT NOT NULL,
    created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX series_key ON series (project_id, key_digest);
CREATE INDEX series_name ON series (project_id, benchmark, metric);

CREATE TABLE measurement (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    run_id TEXT NOT NULL REFERENCES run (id),
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    series_id TEXT NOT NULL REFERENCES series (id),
    commit_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    counted BIGINT NOT NULL,
    n BIGINT NOT NULL,
    invalid_n BIGINT NOT NULL,
    minimum DOUBLE PRECISION,
    median DOUBLE PRECISION,
    mean DOUBLE PRECISION,
    p90 DOUBLE PRECISION,
    p99 DOUBLE PRECISION,
    maximum DOUBLE PRECISION,
    mad DOUBLE PRECISION,
    ci_low DOUBLE PRECISION,
    ci_high DOUBLE PRECISION,
    ci_level DOUBLE PRECISION,
    validity TEXT NOT NULL,
    stop TEXT,
    block BYTES NOT NULL,
    measured_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX measurement_identity ON measurement (attempt_id, role, series_id);
CREATE INDEX measurement_of_run ON measurement (run_id, id);
CREATE INDEX measurement_of_series ON measurement (project_id, series_id, measured_us);

CREATE TABLE benchmark_case (
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    number BIGINT NOT NULL,
    role TEXT NOT NULL,
    benchmark TEXT NOT NULL,
    params TEXT NOT NULL,
    state TEXT NOT NULL,
    problem_class TEXT,
    message TEXT,
    iterations BIGINT NOT NULL,
    stop TEXT,
    PRIMARY KEY (attempt_id, number)
);

CREATE TABLE comparison (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    run_id TEXT REFERENCES run (id),
    base_commit TEXT NOT NULL,
    candidate_commit TEXT NOT NULL,
    base_run_id TEXT,
    candidate_run_id TEXT,
    direction TEXT NOT NULL,
    decision TEXT NOT NULL,
    reasons TEXT NOT NULL,
    policy TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    family_method TEXT NOT NULL,
    family_level DOUBLE PRECISION NOT NULL,
    family_size BIGINT NOT NULL,
    created_us BIGINT NOT NULL
);
CREATE INDEX comparison_of_project ON comparison (project_id, created_us, id);
CREATE UNIQUE INDEX comparison_of_run ON comparison (run_id) WHERE run_id IS NOT NULL;

CREATE TABLE decision_record (
    comparison_id TEXT NOT NULL REFERENCES comparison (id),
    number BIGINT NOT NULL,
    benchmark TEXT NOT NULL,
    params TEXT NOT NULL,
    metric TEXT NOT NULL,
    unit TEXT NOT NULL,
    better TEXT NOT NULL,
    provider TEXT NOT NULL,
    host_class TEXT NOT NULL,
    series_id TEXT,
    state TEXT NOT NULL,
    watched BIGINT NOT NULL,
    base_n BIGINT,
    base_median DOUBLE PRECISION,
    base_mad DOUBLE PRECISION,
    candidate_n BIGINT,
    candidate_median DOUBLE PRECISION,
    candidate_mad DOUBLE PRECISION,
    shift DOUBLE PRECISION,
    shift_rel DOUBLE PRECISION,
    ci_low_rel DOUBLE PRECISION,
    ci_high_rel DOUBLE PRECISION,
    ci_level DOUBLE PRECISION,
    test TEXT NOT NULL,
    paired BIGINT NOT NULL,
    p DOUBLE PRECISION,
    p_adjusted DOUBLE PRECISION,
    cliffs_delta DOUBLE PRECISION,
    mde_rel DOUBLE PRECISION,
    threshold_rel DOUBLE PRECISION,
    direction TEXT NOT NULL,
    decision TEXT NOT NULL,
    reasons TEXT NOT NULL,
    PRIMARY KEY (comparison_id, number)
);

CREATE TABLE api_key (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    prefix TEXT NOT NULL,
    role TEXT NOT NULL,
    project TEXT,
    created_us BIGINT NOT NULL,
    expires_us BIGINT,
    revoked_us BIGINT
);
CREATE UNIQUE INDEX api_key_digest ON api_key (digest);

CREATE TABLE idempotency (
    caller TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    body_digest TEXT NOT NULL,
    status BIGINT,
    reply BYTES,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (caller, idempotency_key)
);

CREATE TABLE leadership (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    term BIGINT NOT NULL,
    until_us BIGINT NOT NULL
);
