-- A change of one user or of many (DESIGN R18). The record's entries with its id hold what was
-- before and after, from which it is taken back. undone_by is the change that took it back.
CREATE TABLE changes (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    id           TEXT COLLATE "C" NOT NULL,
    at           BIGINT NOT NULL,
    actor        TEXT COLLATE "C" NOT NULL,
    actor_id     TEXT COLLATE "C" NOT NULL,
    action       TEXT COLLATE "C" NOT NULL,
    summary      TEXT COLLATE "C" NOT NULL,
    users        BIGINT NOT NULL,
    undo_until   BIGINT,
    undone_by    TEXT COLLATE "C",
    PRIMARY KEY (workspace_id, id)
);

ALTER TABLE audit ADD COLUMN change_id TEXT COLLATE "C";
CREATE INDEX audit_by_change ON audit (workspace_id, change_id, user_id);
CREATE INDEX audit_by_actor ON audit (workspace_id, actor, id);

-- A change of many users, made by the server in the name of an operator. change is the JSON of
-- what is asked. leased_until is up to when one worker has the job to itself.
-- state is running, taking_back, finished, cancelled or taken_back.
CREATE TABLE jobs (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    id           TEXT COLLATE "C" NOT NULL,
    change       TEXT COLLATE "C" NOT NULL,
    summary      TEXT COLLATE "C" NOT NULL,
    on_refusal   TEXT COLLATE "C" NOT NULL,
    dry_run      BIGINT NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    actor        TEXT COLLATE "C" NOT NULL,
    actor_id     TEXT COLLATE "C" NOT NULL,
    origin       TEXT COLLATE "C" NOT NULL,
    created_at   BIGINT NOT NULL,
    finished_at  BIGINT,
    leased_until BIGINT NOT NULL,
    total        BIGINT NOT NULL,
    done         BIGINT NOT NULL DEFAULT 0,
    unchanged    BIGINT NOT NULL DEFAULT 0,
    refused      BIGINT NOT NULL DEFAULT 0,
    tally        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX jobs_by_state ON jobs (workspace_id, state, leased_until);

-- Whom a job is for, and what became of each: result stays NULL until the user's turn. A user has
-- one row for each job, so that nobody is changed twice.
CREATE TABLE job_users (
    workspace_id TEXT COLLATE "C" NOT NULL,
    job_id       TEXT COLLATE "C" NOT NULL,
    user_id      TEXT COLLATE "C" NOT NULL,
    result       TEXT COLLATE "C",
    code         TEXT COLLATE "C",
    detail       TEXT COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, job_id, user_id),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
);
CREATE INDEX job_users_by_result ON job_users (workspace_id, job_id, result, user_id);

CREATE INDEX letters_by_subject ON letters (workspace_id, subject_id);
