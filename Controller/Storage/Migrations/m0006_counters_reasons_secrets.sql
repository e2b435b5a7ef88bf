-- What the agent says of its counters; measurements from before have said nothing.

ALTER TABLE measurement ADD COLUMN counter_state TEXT;
ALTER TABLE measurement ADD COLUMN running_share DOUBLE PRECISION;

-- Why somebody asked a job to stop.

ALTER TABLE job ADD COLUMN cancel_reason TEXT;

-- What all controllers over one database must share and nobody else may know.

CREATE TABLE installation_secret (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    created_us BIGINT NOT NULL
);
