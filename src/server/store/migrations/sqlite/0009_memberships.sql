-- A membership has what lists of users are filtered and sorted by, so that a group's is read without a look at
-- its users.
ALTER TABLE group_users ADD COLUMN state TEXT NOT NULL DEFAULT '';
ALTER TABLE group_users ADD COLUMN ends_at INTEGER;
ALTER TABLE group_users ADD COLUMN roles INTEGER NOT NULL DEFAULT 0;
ALTER TABLE group_users ADD COLUMN link_ends_at INTEGER;
ALTER TABLE group_users ADD COLUMN expires_on TEXT;
ALTER TABLE group_users ADD COLUMN delivery INTEGER;
ALTER TABLE group_users ADD COLUMN invited_at INTEGER;
ALTER TABLE group_users ADD COLUMN last_active_at INTEGER;
ALTER TABLE group_users ADD COLUMN unit_key TEXT NOT NULL DEFAULT '';
ALTER TABLE group_users ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
ALTER TABLE group_users ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE group_users ADD COLUMN email_key TEXT NOT NULL DEFAULT '';
ALTER TABLE group_users ADD COLUMN group_key TEXT NOT NULL DEFAULT '';
