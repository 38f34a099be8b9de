-- Ids are hyphenated UUIDs, instants microseconds since 1970 (UTC), dates ISO 8601.
-- Every key of a workspace's table begins with workspace_id.

CREATE TABLE customers (
    id   TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name TEXT COLLATE "C" NOT NULL
);

-- A person across workspaces; only verified addresses get here.
CREATE TABLE accounts (
    id            TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    email         TEXT COLLATE "C" NOT NULL,
    email_key     TEXT COLLATE "C" NOT NULL UNIQUE,
    first_name    TEXT COLLATE "C" NOT NULL,
    last_name     TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C",
    created_at    BIGINT NOT NULL
);

CREATE TABLE workspaces (
    id          TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    customer_id TEXT COLLATE "C" NOT NULL REFERENCES customers (id),
    slug        TEXT COLLATE "C" NOT NULL UNIQUE,
    name        TEXT COLLATE "C" NOT NULL,
    time_zone   TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL
);

-- lineage is '/' || ids from the top down || '/', so that a subtree is one prefix.
-- path_key orders the tree: folded names joined by a character below every other.
CREATE TABLE units (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    id           TEXT COLLATE "C" NOT NULL,
    parent_id    TEXT COLLATE "C",
    name         TEXT COLLATE "C" NOT NULL,
    path         TEXT COLLATE "C" NOT NULL,
    path_key     TEXT COLLATE "C" NOT NULL,
    search_text  TEXT COLLATE "C" NOT NULL,
    lineage      TEXT COLLATE "C" NOT NULL,
    level        BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, parent_id) REFERENCES units (workspace_id, id)
);
CREATE UNIQUE INDEX units_by_path ON units (workspace_id, path_key, id);
CREATE INDEX units_by_parent ON units (workspace_id, parent_id, path_key);
CREATE INDEX units_by_lineage ON units (workspace_id, lineage);

CREATE TABLE groups (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    id           TEXT COLLATE "C" NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    name_key     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX groups_by_name ON groups (workspace_id, name_key, id);

CREATE TABLE courses (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    id           TEXT COLLATE "C" NOT NULL,
    title        TEXT COLLATE "C" NOT NULL,
    title_key    TEXT COLLATE "C" NOT NULL,
    subject      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX courses_by_title ON courses (workspace_id, title_key, id);

-- state is active, invited, pending, cancelled or deleted; expired follows from ends_at.
-- roles are bits: learner 1, manager 2, admin 4. account_id is set once the user is active.
-- password_hash is kept here between registration and verification, then moves to the account.
-- name_key, email_key and unit_key are what the list is sorted by; '' is no unit.
CREATE TABLE users (
    workspace_id   TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    id             TEXT COLLATE "C" NOT NULL,
    account_id     TEXT COLLATE "C" REFERENCES accounts (id),
    email          TEXT COLLATE "C" NOT NULL,
    email_key      TEXT COLLATE "C" NOT NULL,
    first_name     TEXT COLLATE "C" NOT NULL,
    last_name      TEXT COLLATE "C" NOT NULL,
    name_key       TEXT COLLATE "C" NOT NULL,
    search_text    TEXT COLLATE "C" NOT NULL,
    state          TEXT COLLATE "C" NOT NULL,
    roles          BIGINT NOT NULL,
    unit_id        TEXT COLLATE "C",
    unit_key       TEXT COLLATE "C" NOT NULL DEFAULT '',
    expires_on     TEXT COLLATE "C",
    ends_at        BIGINT,
    invited_at     BIGINT,
    link_ends_at   BIGINT,
    last_active_at BIGINT,
    password_hash  TEXT COLLATE "C",
    version        BIGINT NOT NULL DEFAULT 1,
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, email_key),
    FOREIGN KEY (workspace_id, unit_id) REFERENCES units (workspace_id, id)
);
CREATE INDEX users_by_name ON users (workspace_id, name_key, id);
CREATE INDEX users_by_state ON users (workspace_id, state, id);
CREATE INDEX users_by_unit ON users (workspace_id, unit_id, id);
CREATE INDEX users_by_account ON users (account_id);

CREATE TABLE units_managed (
    workspace_id TEXT COLLATE "C" NOT NULL,
    user_id      TEXT COLLATE "C" NOT NULL,
    unit_id      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, user_id, unit_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id),
    FOREIGN KEY (workspace_id, unit_id) REFERENCES units (workspace_id, id)
);

CREATE TABLE group_users (
    workspace_id TEXT COLLATE "C" NOT NULL,
    group_id     TEXT COLLATE "C" NOT NULL,
    user_id      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, group_id, user_id),
    FOREIGN KEY (workspace_id, group_id) REFERENCES groups (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
);
CREATE INDEX group_users_by_user ON group_users (workspace_id, user_id);

-- An auto-enrolment is for exactly one unit (and all below) or one group.
CREATE TABLE auto_enrolments (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    id           TEXT COLLATE "C" NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    unit_id      TEXT COLLATE "C",
    group_id     TEXT COLLATE "C",
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, unit_id) REFERENCES units (workspace_id, id),
    FOREIGN KEY (workspace_id, group_id) REFERENCES groups (workspace_id, id),
    CHECK ((unit_id IS NULL) <> (group_id IS NULL))
);

CREATE TABLE auto_enrolment_courses (
    workspace_id      TEXT COLLATE "C" NOT NULL,
    auto_enrolment_id TEXT COLLATE "C" NOT NULL,
    course_id         TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, auto_enrolment_id, course_id),
    FOREIGN KEY (workspace_id, auto_enrolment_id) REFERENCES auto_enrolments (workspace_id, id),
    FOREIGN KEY (workspace_id, course_id) REFERENCES courses (workspace_id, id)
);

-- state is planned, enrolled, in_progress, completed or withdrawn.
CREATE TABLE enrolments (
    workspace_id      TEXT COLLATE "C" NOT NULL,
    id                TEXT COLLATE "C" NOT NULL,
    user_id           TEXT COLLATE "C" NOT NULL,
    course_id         TEXT COLLATE "C" NOT NULL,
    state             TEXT COLLATE "C" NOT NULL,
    progress          BIGINT NOT NULL DEFAULT 0,
    auto_enrolment_id TEXT COLLATE "C",
    changed_at        BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id),
    FOREIGN KEY (workspace_id, course_id) REFERENCES courses (workspace_id, id),
    FOREIGN KEY (workspace_id, auto_enrolment_id) REFERENCES auto_enrolments (workspace_id, id)
);
CREATE UNIQUE INDEX enrolments_by_user ON enrolments (workspace_id, user_id, course_id);
CREATE INDEX enrolments_by_course ON enrolments (workspace_id, course_id, state);

-- state is open, used, cancelled or declined. The link is derived from id and link_number with
-- the server's secret, so that this table alone makes no link.
CREATE TABLE invitations (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id           TEXT COLLATE "C" NOT NULL,
    user_id      TEXT COLLATE "C" NOT NULL,
    link_number  BIGINT NOT NULL DEFAULT 1,
    state        TEXT COLLATE "C" NOT NULL,
    sent_at      BIGINT NOT NULL,
    sent_by      TEXT COLLATE "C",
    link_ends_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
);
CREATE INDEX invitations_by_user ON invitations (workspace_id, user_id, id);

-- The code and the link of a verification are derived from its id with the server's secret.
CREATE TABLE verifications (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id           TEXT COLLATE "C" NOT NULL,
    user_id      TEXT COLLATE "C" NOT NULL,
    attempts     BIGINT NOT NULL DEFAULT 0,
    used         BIGINT NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL,
    ends_at      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
);
CREATE INDEX verifications_by_user ON verifications (workspace_id, user_id, id);

-- Outgoing mail. kind is invitation or verification, subject_id the id of what it is about;
-- the text is made when it is sent, so that no link rests here. state is queued, sent or failed.
CREATE TABLE letters (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id           TEXT COLLATE "C" NOT NULL,
    user_id      TEXT COLLATE "C" NOT NULL,
    kind         TEXT COLLATE "C" NOT NULL,
    subject_id   TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    attempts     BIGINT NOT NULL DEFAULT 0,
    due_at       BIGINT NOT NULL,
    settled_at   BIGINT,
    answer       TEXT COLLATE "C",
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
);
CREATE INDEX letters_by_user ON letters (workspace_id, user_id, id);
CREATE INDEX letters_due ON letters (workspace_id, state, due_at);

-- Append-only: triggers refuse to change what was recorded.
CREATE TABLE audit (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    id           TEXT COLLATE "C" NOT NULL,
    user_id      TEXT COLLATE "C",
    at           BIGINT NOT NULL,
    actor        TEXT COLLATE "C" NOT NULL,
    actor_id     TEXT COLLATE "C",
    origin       TEXT COLLATE "C" NOT NULL,
    action       TEXT COLLATE "C" NOT NULL,
    summary      TEXT COLLATE "C" NOT NULL,
    before       TEXT COLLATE "C",
    after        TEXT COLLATE "C",
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX audit_by_user ON audit (workspace_id, user_id, id);
CREATE FUNCTION refuse_to_change_the_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record is append-only';
END;
$$;
CREATE TRIGGER audit_keeps BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_record();

-- Only the SHA-256 of a token is kept, in hexadecimal.
CREATE TABLE tokens (
    id         TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    hash       TEXT COLLATE "C" NOT NULL UNIQUE,
    label      TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE idempotency_keys (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    account_id   TEXT COLLATE "C" NOT NULL,
    key          TEXT COLLATE "C" NOT NULL,
    operation    TEXT COLLATE "C" NOT NULL,
    fingerprint  TEXT COLLATE "C" NOT NULL,
    reply        TEXT COLLATE "C" NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, account_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (workspace_id, created_at);
