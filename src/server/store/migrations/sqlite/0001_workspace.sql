-- Ids are hyphenated UUIDs, instants microseconds since 1970 (UTC), dates ISO 8601.
-- Every key of a workspace's table begins with workspace_id.

CREATE TABLE customers (
    id   TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL
) STRICT;

-- A person across workspaces; only verified addresses get here.
CREATE TABLE accounts (
    id            TEXT PRIMARY KEY NOT NULL,
    email         TEXT NOT NULL,
    email_key     TEXT NOT NULL UNIQUE,
    first_name    TEXT NOT NULL,
    last_name     TEXT NOT NULL,
    password_hash TEXT,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE workspaces (
    id          TEXT PRIMARY KEY NOT NULL,
    customer_id TEXT NOT NULL REFERENCES customers (id),
    slug        TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    time_zone   TEXT NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

-- lineage is '/' || ids from the top down || '/', so that a subtree is one prefix.
-- path_key orders the tree: folded names joined by a character below every other.
CREATE TABLE units (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id           TEXT NOT NULL,
    parent_id    TEXT,
    name         TEXT NOT NULL,
    path         TEXT NOT NULL,
    path_key     TEXT NOT NULL,
    search_text  TEXT NOT NULL,
    lineage      TEXT NOT NULL,
    level        INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, parent_id) REFERENCES units (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX units_by_path ON units (workspace_id, path_key, id);
CREATE INDEX units_by_parent ON units (workspace_id, parent_id, path_key);
CREATE INDEX units_by_lineage ON units (workspace_id, lineage);

CREATE TABLE groups (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id           TEXT NOT NULL,
    name         TEXT NOT NULL,
    name_key     TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX groups_by_name ON groups (workspace_id, name_key, id);

CREATE TABLE courses (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id           TEXT NOT NULL,
    title        TEXT NOT NULL,
    title_key    TEXT NOT NULL,
    subject      TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX courses_by_title ON courses (workspace_id, title_key, id);

-- state is active, invited, pending, cancelled or deleted; expired follows from ends_at.
-- roles are bits: learner 1, manager 2, admin 4. account_id is set once the user is active.
-- password_hash is kept here between registration and verification, then moves to the account.
-- name_key, email_key and unit_key are what the list is sorted by; '' is no unit.
CREATE TABLE users (
    workspace_id   TEXT NOT NULL REFERENCES workspaces (id),
    id             TEXT NOT NULL,
    account_id     TEXT REFERENCES accounts (id),
    email          TEXT NOT NULL,
    email_key      TEXT NOT NULL,
    first_name     TEXT NOT NULL,
    last_name      TEXT NOT NULL,
    name_key       TEXT NOT NULL,
    search_text    TEXT NOT NULL,
    state          TEXT NOT NULL,
    roles          INTEGER NOT NULL,
    unit_id        TEXT,
    unit_key       TEXT NOT NULL DEFAULT '',
    expires_on     TEXT,
    ends_at        INTEGER,
    invited_at     INTEGER,
    link_ends_at   INTEGER,
    last_active_at INTEGER,
    password_hash  TEXT,
    version        INTEGER NOT NULL DEFAULT 1,
    created_at     INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, email_key),
    FOREIGN KEY (workspace_id, unit_id) REFERENCES units (workspace_id, id)
) STRICT;
CREATE INDEX users_by_name ON users (workspace_id, name_key, id);
CREATE INDEX users_by_state ON users (workspace_id, state, id);
CREATE INDEX users_by_unit ON users (workspace_id, unit_id, id);
CREATE INDEX users_by_account ON users (account_id);

CREATE TABLE units_managed (
    workspace_id TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    unit_id      TEXT NOT NULL,
    PRIMARY KEY (workspace_id, user_id, unit_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id),
    FOREIGN KEY (workspace_id, unit_id) REFERENCES units (workspace_id, id)
) STRICT;

CREATE TABLE group_users (
    workspace_id TEXT NOT NULL,
    group_id     TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    PRIMARY KEY (workspace_id, group_id, user_id),
    FOREIGN KEY (workspace_id, group_id) REFERENCES groups (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
) STRICT;
CREATE INDEX group_users_by_user ON group_users (workspace_id, user_id);

-- An auto-enrolment is for exactly one unit (and all below) or one group.
CREATE TABLE auto_enrolments (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id           TEXT NOT NULL,
    name         TEXT NOT NULL,
    unit_id      TEXT,
    group_id     TEXT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, unit_id) REFERENCES units (workspace_id, id),
    FOREIGN KEY (workspace_id, group_id) REFERENCES groups (workspace_id, id),
    CHECK ((unit_id IS NULL) <> (group_id IS NULL))
) STRICT;

CREATE TABLE auto_enrolment_courses (
    workspace_id      TEXT NOT NULL,
    auto_enrolment_id TEXT NOT NULL,
    course_id         TEXT NOT NULL,
    PRIMARY KEY (workspace_id, auto_enrolment_id, course_id),
    FOREIGN KEY (workspace_id, auto_enrolment_id) REFERENCES auto_enrolments (workspace_id, id),
    FOREIGN KEY (workspace_id, course_id) REFERENCES courses (workspace_id, id)
) STRICT;

-- state is planned, enrolled, in_progress, completed or withdrawn.
CREATE TABLE enrolments (
    workspace_id      TEXT NOT NULL,
    id                TEXT NOT NULL,
    user_id           TEXT NOT NULL,
    course_id         TEXT NOT NULL,
    state             TEXT NOT NULL,
    progress          INTEGER NOT NULL DEFAULT 0,
    auto_enrolment_id TEXT,
    changed_at        INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id),
    FOREIGN KEY (workspace_id, course_id) REFERENCES courses (workspace_id, id),
    FOREIGN KEY (workspace_id, auto_enrolment_id) REFERENCES auto_enrolments (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX enrolments_by_user ON enrolments (workspace_id, user_id, course_id);
CREATE INDEX enrolments_by_course ON enrolments (workspace_id, course_id, state);

-- state is open, used, cancelled or declined. The link is derived from id and link_number with
-- the server's secret, so that this table alone makes no link.
CREATE TABLE invitations (
    workspace_id TEXT NOT NULL,
    id           TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    link_number  INTEGER NOT NULL DEFAULT 1,
    state        TEXT NOT NULL,
    sent_at      INTEGER NOT NULL,
    sent_by      TEXT,
    link_ends_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
) STRICT;
CREATE INDEX invitations_by_user ON invitations (workspace_id, user_id, id);

-- The code and the link of a verification are derived from its id with the server's secret.
CREATE TABLE verifications (
    workspace_id TEXT NOT NULL,
    id           TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    used         INTEGER NOT NULL DEFAULT 0,
    created_at   INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
) STRICT;
CREATE INDEX verifications_by_user ON verifications (workspace_id, user_id, id);

-- Outgoing mail. kind is invitation or verification, subject_id the id of what it is about;
-- the text is made when it is sent, so that no link rests here. state is queued, sent or failed.
CREATE TABLE letters (
    workspace_id TEXT NOT NULL,
    id           TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    state        TEXT NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    due_at       INTEGER NOT NULL,
    settled_at   INTEGER,
    answer       TEXT,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
) STRICT;
CREATE INDEX letters_by_user ON letters (workspace_id, user_id, id);
CREATE INDEX letters_due ON letters (workspace_id, state, due_at);

-- Append-only: triggers refuse to change what was recorded.
CREATE TABLE audit (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id           TEXT NOT NULL,
    user_id      TEXT,
    at           INTEGER NOT NULL,
    actor        TEXT NOT NULL,
    actor_id     TEXT,
    origin       TEXT NOT NULL,
    action       TEXT NOT NULL,
    summary      TEXT NOT NULL,
    before       TEXT,
    after        TEXT,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX audit_by_user ON audit (workspace_id, user_id, id);
CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;

-- Only the SHA-256 of a token is kept, in hexadecimal.
CREATE TABLE tokens (
    id         TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    hash       TEXT NOT NULL UNIQUE,
    label      TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE idempotency_keys (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    account_id   TEXT NOT NULL,
    key          TEXT NOT NULL,
    operation    TEXT NOT NULL,
    fingerprint  TEXT NOT NULL,
    reply        TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, account_id, key)
) STRICT;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (workspace_id, created_at);
