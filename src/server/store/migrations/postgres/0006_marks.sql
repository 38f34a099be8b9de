-- What every changed row would have to be entered into anew.
DROP INDEX users_by_part;
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

-- A group's mark is one of 63 bits, and a user has the marks of all the user's groups: whoever lacks the mark
-- of a group is not in it, which tells nearly all of those apart who are not.
ALTER TABLE groups ADD COLUMN mark BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN group_marks BIGINT NOT NULL DEFAULT 0;
UPDATE groups SET mark = 1::bigint << ((16 * strpos('123456789abcdef', substr(id, 35, 1))
    + strpos('123456789abcdef', substr(id, 36, 1))) % 63);
UPDATE users u SET group_marks = m.marks FROM (
    SELECT m.workspace_id, m.user_id, bit_or(g.mark) AS marks FROM group_users m
    JOIN groups g ON g.workspace_id = m.workspace_id AND g.id = m.group_id GROUP BY 1, 2
) AS m WHERE m.workspace_id = u.workspace_id AND m.user_id = u.id;

CREATE INDEX users_by_part ON users USING gin ((workspace_id || ''), search_text gin_trgm_ops)
    WITH (fastupdate = off);
