-- What the agent says of its counters and marks; measurements from before have said nothing.

ALTER TABLE measurement ADD COLUMN mark_reasons TEXT NOT NULL DEFAULT '[]';
ALTER TABLE measurement ADD COLUMN counter_state TEXT;
ALTER TABLE measurement ADD COLUMN running_share DOUBLE PRECISION;
