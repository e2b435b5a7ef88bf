-- The digest of the change that a run measures on top of its commit; such a run is in no series.
ALTER TABLE run ADD COLUMN patch TEXT;
ALTER TABLE measurement ADD COLUMN in_series BIGINT NOT NULL DEFAULT 1;
