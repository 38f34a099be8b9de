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

-- A group's mark is one of 63 bits, and a user has the marks of all the user's groups: whoever lacks the mark
-- of a group is not in it, which tells nearly all of those apart who are not.
ALTER TABLE groups ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN group_marks INTEGER NOT NULL DEFAULT 0;
UPDATE groups SET mark = 1 << ((16 * (instr('123456789abcdef', substr(id, 35, 1)))
    + instr('123456789abcdef', substr(id, 36, 1))) % 63);
UPDATE users SET group_marks = COALESCE((SELECT SUM(DISTINCT g.mark) FROM group_users m
    JOIN groups g ON g.workspace_id = m.workspace_id AND g.id = m.group_id
    WHERE m.workspace_id = users.workspace_id AND m.user_id = users.id), 0);

