-- What a job asks of its host (JSON, empty for nothing), and what hosts offer.

ALTER TABLE job ADD COLUMN needs TEXT NOT NULL DEFAULT '';
CREATE INDEX job_needs ON job (state, host_class) WHERE needs <> '';

ALTER TABLE host ADD COLUMN labels TEXT NOT NULL DEFAULT '{}';
ALTER TABLE host ADD COLUMN capabilities TEXT;
