-- A run has a job for each cell of its matrix. `place` orders the jobs of a run from here on.

ALTER TABLE job ADD COLUMN cell TEXT NOT NULL DEFAULT '{}';
ALTER TABLE job ADD COLUMN shards BIGINT NOT NULL DEFAULT 1;
