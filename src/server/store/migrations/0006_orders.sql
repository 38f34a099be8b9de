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
