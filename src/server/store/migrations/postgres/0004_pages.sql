-- What the list of users is sorted by stands in the row: group_key is the first group's name_key, ''
-- for none; delivery is how the last mail fared: 0 failed, 1 queued, 2 sent, NULL for none.
ALTER TABLE users ADD COLUMN group_key TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN delivery BIGINT;
UPDATE users u SET
    group_key = COALESCE((SELECT MIN(g.name_key) FROM group_users m
        JOIN groups g ON g.workspace_id = m.workspace_id AND g.id = m.group_id
        WHERE m.workspace_id = u.workspace_id AND m.user_id = u.id), ''),
    delivery = (SELECT CASE l.state WHEN 'failed' THEN 0 WHEN 'queued' THEN 1 ELSE 2 END FROM letters l
        WHERE l.workspace_id = u.workspace_id AND l.user_id = u.id ORDER BY l.id DESC LIMIT 1);

-- One index for each order. The state comes first, so that a list of some states is as many ranges,
-- each in order; ends_at, roles and link_ends_at are there to be filtered by without a look at the row, and
-- whatever else is often filtered by stands in the index of the order that a list begins with.
DROP INDEX users_by_name;
DROP INDEX users_by_state;
CREATE INDEX users_by_name ON users
    (workspace_id, state, name_key, id, ends_at, roles, link_ends_at, delivery, unit_key, search_text);
CREATE INDEX users_by_email ON users (workspace_id, state, email_key, id, ends_at, roles, link_ends_at);
CREATE INDEX users_by_state ON users (workspace_id, state, id, ends_at, roles, link_ends_at);
CREATE INDEX users_by_roles ON users (workspace_id, state, roles, id, ends_at, link_ends_at);
CREATE INDEX users_by_unit_key ON users (workspace_id, state, unit_key, id, ends_at, roles, link_ends_at);
CREATE INDEX users_by_group_key ON users (workspace_id, state, group_key, id, ends_at, roles, link_ends_at);
CREATE INDEX users_by_end ON users (workspace_id, state, ends_at, id, roles, link_ends_at);
CREATE INDEX users_by_invited ON users (workspace_id, state, invited_at, id, ends_at, roles, link_ends_at);
CREATE INDEX users_by_last_active ON users (workspace_id, state, last_active_at, id, ends_at, roles, link_ends_at);
CREATE INDEX users_by_delivery ON users (workspace_id, state, delivery, id, ends_at, roles, link_ends_at);
CREATE INDEX users_by_link_end ON users (workspace_id, link_ends_at, id) WHERE state = 'invited';

-- With all that is asked of them: others that fit worse would be taken otherwise, and all of a workspace read.
DROP INDEX group_users_by_user;
CREATE INDEX group_users_by_user ON group_users (workspace_id, user_id, group_id);
DROP INDEX users_by_unit;
CREATE INDEX users_by_unit ON users (workspace_id, unit_id, id, state);
DROP INDEX users_by_account;
CREATE INDEX users_by_account ON users (account_id, workspace_id, state);

-- One user in 64, picked by the random end of the id: what a filter finds among them, 64 times, is
-- about what it finds among all.
CREATE INDEX users_sampled ON users
    (workspace_id, state, ends_at, roles, link_ends_at, expires_on, unit_key, id, search_text)
    WHERE substr(id, 35, 2) < '04';
CREATE INDEX group_users_sampled ON group_users (workspace_id, group_id, user_id)
    WHERE substr(user_id, 35, 2) < '04';

-- Parts of names and addresses.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
-- The workspace is veiled, so that nothing but a search for parts, which names it so, is led here.
CREATE INDEX users_by_part ON users USING gin ((workspace_id || ''), search_text gin_trgm_ops)
    WITH (fastupdate = off);

-- Every word of a name, and every form of it that lacks one letter: two words one slip apart have a
-- form in common. Words that nobody has any more may stay.
CREATE TABLE name_words (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    form         TEXT COLLATE "C" NOT NULL,
    word         TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, form, word)
);
WITH words AS (
    SELECT DISTINCT u.workspace_id, w.word FROM users u, string_to_table(u.name_key, ' ') AS w (word)
    WHERE length(w.word) BETWEEN 3 AND 40
)
INSERT INTO name_words (workspace_id, form, word)
SELECT workspace_id, word, word FROM words
UNION
SELECT workspace_id, overlay(word PLACING '' FROM n FOR 1), word FROM words, generate_series(1, length(word)) AS n;
