-- A membership has what lists of users are filtered and sorted by, so that a group's is read without a look at
-- its users.
ALTER TABLE group_users ADD COLUMN state TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE group_users ADD COLUMN ends_at BIGINT;
ALTER TABLE group_users ADD COLUMN roles BIGINT NOT NULL DEFAULT 0;
ALTER TABLE group_users ADD COLUMN link_ends_at BIGINT;
ALTER TABLE group_users ADD COLUMN expires_on TEXT COLLATE "C";
ALTER TABLE group_users ADD COLUMN delivery BIGINT;
ALTER TABLE group_users ADD COLUMN invited_at BIGINT;
ALTER TABLE group_users ADD COLUMN last_active_at BIGINT;
ALTER TABLE group_users ADD COLUMN unit_key TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE group_users ADD COLUMN search_text TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE group_users ADD COLUMN name_key TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE group_users ADD COLUMN email_key TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE group_users ADD COLUMN group_key TEXT COLLATE "C" NOT NULL DEFAULT '';
