-- Whoever writes in a workspace holds its row here until the end, so that they take turns. The row
-- of workspaces would not do: that table is on every machine where the database is on several, and
-- a lock there keeps out the writers of all workspaces.
CREATE TABLE turns (
    workspace_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES workspaces (id)
);

-- How often something was done, by all servers together. key is the SHA-256 of what is counted, in
-- hexadecimal; once ends_at is over the row means nothing.
CREATE TABLE limits (
    key     TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    uses    BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX limits_by_end ON limits (ends_at);

-- What waits is little beside what is done: it is found without a look at the rest.
DROP INDEX letters_due;
CREATE INDEX letters_due ON letters (workspace_id, due_at, id) WHERE state = 'queued';
DROP INDEX jobs_by_state;
CREATE INDEX jobs_waiting ON jobs (workspace_id, leased_until, id) WHERE state IN ('running', 'taking_back');
