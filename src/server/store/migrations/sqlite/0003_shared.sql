-- How often something was done. key is the SHA-256 of what is counted, in hexadecimal; once ends_at
-- is over the row means nothing.
CREATE TABLE limits (
    key     TEXT PRIMARY KEY NOT NULL,
    uses    INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT;
CREATE INDEX limits_by_end ON limits (ends_at);

-- What waits is little beside what is done: it is found without a look at the rest.
DROP INDEX letters_due;
CREATE INDEX letters_due ON letters (workspace_id, due_at, id) WHERE state = 'queued';
DROP INDEX jobs_by_state;
CREATE INDEX jobs_waiting ON jobs (workspace_id, leased_until, id) WHERE state IN ('running', 'taking_back');
