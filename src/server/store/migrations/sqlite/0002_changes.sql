-- A change of one user or of many (DESIGN R18). The record's entries with its id hold what was
-- before and after, from which it is taken back. undone_by is the change that took it back.
CREATE TABLE changes (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id           TEXT NOT NULL,
    at           INTEGER NOT NULL,
    actor        TEXT NOT NULL,
    actor_id     TEXT NOT NULL,
    action       TEXT NOT NULL,
    summary      TEXT NOT NULL,
    users        INTEGER NOT NULL,
    undo_until   INTEGER,
    undone_by    TEXT,
    PRIMARY KEY (workspace_id, id)
) STRICT;

ALTER TABLE audit ADD COLUMN change_id TEXT;
CREATE INDEX audit_by_change ON audit (workspace_id, change_id, user_id);
CREATE INDEX audit_by_actor ON audit (workspace_id, actor, id);

-- A change of many users, made by the server in the name of an operator. change is the JSON of
-- what is asked. leased_until is up to when one worker has the job to itself.
-- state is running, taking_back, finished, cancelled or taken_back.
CREATE TABLE jobs (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id           TEXT NOT NULL,
    change       TEXT NOT NULL,
    summary      TEXT NOT NULL,
    on_refusal   TEXT NOT NULL,
    dry_run      INTEGER NOT NULL,
    state        TEXT NOT NULL,
    actor        TEXT NOT NULL,
    actor_id     TEXT NOT NULL,
    origin       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    finished_at  INTEGER,
    leased_until INTEGER NOT NULL,
    total        INTEGER NOT NULL,
    done         INTEGER NOT NULL DEFAULT 0,
    unchanged    INTEGER NOT NULL DEFAULT 0,
    refused      INTEGER NOT NULL DEFAULT 0,
    tally        TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX jobs_by_state ON jobs (workspace_id, state, leased_until);

-- Whom a job is for, and what became of each: result stays NULL until the user's turn. A user has
-- one row for each job, so that nobody is changed twice.
CREATE TABLE job_users (
    workspace_id TEXT NOT NULL,
    job_id       TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    result       TEXT,
    code         TEXT,
    detail       TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, job_id, user_id),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
) STRICT;
CREATE INDEX job_users_by_result ON job_users (workspace_id, job_id, result, user_id);

CREATE INDEX letters_by_subject ON letters (workspace_id, subject_id);
