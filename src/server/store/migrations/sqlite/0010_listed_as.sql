-- What lists have a user as: the state, or, once it was noted that it is so, 'expired', or 'link_expired' of the
-- invited. Most are active, and need not be written anew.
ALTER TABLE users ADD COLUMN listed_as TEXT NOT NULL DEFAULT 'active';
UPDATE users SET listed_as = CASE
    WHEN state IN ('active', 'invited', 'pending') AND ends_at <= unixepoch('now') * 1000000 THEN 'expired'
    WHEN state = 'invited' AND link_ends_at <= unixepoch('now') * 1000000 THEN 'link_expired'
    ELSE state END
    WHERE state <> 'active' OR ends_at <= unixepoch('now') * 1000000;
-- A membership has that of its user instead of the state, which no list is filtered by any more.
ALTER TABLE group_users RENAME COLUMN state TO listed_as;
UPDATE group_users SET listed_as = u.listed_as FROM users u
    WHERE u.workspace_id = group_users.workspace_id AND u.id = group_users.user_id AND u.listed_as <> u.state;
