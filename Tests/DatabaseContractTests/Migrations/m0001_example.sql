-- An example: semicolons; in comments, 'literals' and "names" end no statement.
CREATE TABLE example (
    id TEXT NOT NULL PRIMARY KEY, /* a key; */
    body BYTES NOT NULL,
    note TEXT NOT NULL DEFAULT 'BYTES; it''s'
);

CREATE INDEX example_note ON example (note); ;
-- The end.
