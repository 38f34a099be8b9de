-- Staff, which is whoever is more than a Learner, is met seldom in the orders of all: it has its own, with all
-- that is filtered and sorted by.
CREATE INDEX users_staff_by_name ON users (workspace_id, state, name_key, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, unit_key, delivery, invited_at, last_active_at,
    search_text) WHERE roles > 1;
CREATE INDEX users_staff_by_email ON users (workspace_id, state, email_key, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, unit_key, delivery, invited_at, last_active_at,
    name_key) WHERE roles > 1;
CREATE INDEX users_staff_by_state ON users (workspace_id, state, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, unit_key, delivery, invited_at, last_active_at,
    name_key, email_key) WHERE roles > 1;
CREATE INDEX users_staff_by_roles ON users (workspace_id, state, roles, id,
    ends_at, link_ends_at, group_marks, expires_on, unit_key, delivery, invited_at, last_active_at,
    name_key, email_key) WHERE roles > 1;
CREATE INDEX users_staff_by_unit_key ON users (workspace_id, state, unit_key, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, delivery, invited_at, last_active_at,
    name_key, email_key) WHERE roles > 1;
CREATE INDEX users_staff_by_group_key ON users (workspace_id, state, group_key, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, unit_key, delivery, invited_at, last_active_at,
    name_key, email_key) WHERE roles > 1;
CREATE INDEX users_staff_by_end ON users (workspace_id, state, ends_at, id,
    roles, link_ends_at, group_marks, expires_on, unit_key, delivery, invited_at, last_active_at,
    name_key, email_key) WHERE roles > 1;
CREATE INDEX users_staff_by_invited ON users (workspace_id, state, invited_at, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, unit_key, delivery, last_active_at,
    name_key, email_key) WHERE roles > 1;
CREATE INDEX users_staff_by_last_active ON users (workspace_id, state, last_active_at, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, unit_key, delivery, invited_at,
    name_key, email_key) WHERE roles > 1;
CREATE INDEX users_staff_by_delivery ON users (workspace_id, state, delivery, id,
    ends_at, roles, link_ends_at, group_marks, expires_on, unit_key, invited_at, last_active_at,
    name_key, email_key) WHERE roles > 1;
