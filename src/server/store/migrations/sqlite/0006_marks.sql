-- A group's mark is one of 63 bits, and a user has the marks of all the user's groups: whoever lacks the mark
-- of a group is not in it, which tells nearly all of those apart who are not.
-- What every changed row would have to be entered into anew.
DROP INDEX users_by_name;
DROP INDEX users_by_email;
DROP INDEX users_by_state;
DROP INDEX users_by_roles;
DROP INDEX users_by_unit_key;
DROP INDEX users_by_group_key;
DROP INDEX users_by_end;
DROP INDEX users_by_invited;
DROP INDEX users_by_last_active;
DROP INDEX users_by_delivery;

ALTER TABLE groups ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN group_marks INTEGER NOT NULL DEFAULT 0;
UPDATE groups SET mark = 1 << ((16 * (instr('123456789abcdef', substr(id, 35, 1)))
    + instr('123456789abcdef', substr(id, 36, 1))) % 63);
UPDATE users SET group_marks = COALESCE((SELECT SUM(DISTINCT g.mark) FROM group_users m
    JOIN groups g ON g.workspace_id = m.workspace_id AND g.id = m.group_id
    WHERE m.workspace_id = users.workspace_id AND m.user_id = users.id), 0);

-- Every order has all that is filtered by, so that its index answers alone; but for search_text, which only
-- the order that a list begins with has. Where thousands are the same, it has what they are sorted by then.
CREATE INDEX users_by_name ON users (workspace_id, state, name_key, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, unit_key, delivery, invited_at, last_active_at,
    search_text);
CREATE INDEX users_by_email ON users (workspace_id, state, email_key, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, unit_key);
CREATE INDEX users_by_state ON users (workspace_id, state, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, unit_key);
CREATE INDEX users_by_roles ON users (workspace_id, state, roles, id,
    ends_at, link_ends_at, group_marks, expires_on, unit_key);
CREATE INDEX users_by_unit_key ON users (workspace_id, state, unit_key, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, name_key, email_key);
CREATE INDEX users_by_group_key ON users (workspace_id, state, group_key, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, unit_key, name_key, email_key);
CREATE INDEX users_by_end ON users (workspace_id, state, ends_at, id,
    roles, link_ends_at, group_marks, expires_on, unit_key);
CREATE INDEX users_by_invited ON users (workspace_id, state, invited_at, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, unit_key);
CREATE INDEX users_by_last_active ON users (workspace_id, state, last_active_at, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, unit_key);
CREATE INDEX users_by_delivery ON users (workspace_id, state, delivery, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, unit_key);
