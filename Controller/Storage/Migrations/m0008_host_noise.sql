-- What a host's own noise hides, canaries that somebody asks for, and who else used the processors.

ALTER TABLE host ADD COLUMN noise_floor_rel DOUBLE PRECISION;
ALTER TABLE host ADD COLUMN counter_overhead_rel DOUBLE PRECISION;
ALTER TABLE host ADD COLUMN canary_wanted_us BIGINT;

-- Decisions from before knew no floor.
ALTER TABLE comparison ADD COLUMN noise_floor_rel DOUBLE PRECISION;

ALTER TABLE sample_signal ADD COLUMN others TEXT NOT NULL DEFAULT '[]';
