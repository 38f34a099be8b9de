-- Every index by which a list of users is entered has all that it is filtered and sorted by, so that a row is
-- looked at only where it stands on the page. What is longest stands at the end, and is kept so short that an
-- entry of PostgreSQL, of 2 704 bytes at most, holds it whatever the names are.
UPDATE users SET group_key = substr(group_key, 1, 40) WHERE length(group_key) > 40;
UPDATE users SET name_key = substr(name_key, 1, 80), search_text = substr(
    substr(name_key, 1, 80) || substr(search_text, length(name_key) + 1), 1, 160)
    WHERE octet_length(name_key) > 320 OR octet_length(search_text) > 641;

DROP INDEX users_by_name;
CREATE INDEX users_by_name ON users (
    workspace_id, state, name_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, email_key, group_key);
DROP INDEX users_by_email;
CREATE INDEX users_by_email ON users (
    workspace_id, state, email_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, group_key);
DROP INDEX users_by_state;
CREATE INDEX users_by_state ON users (
    workspace_id, state, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key);
DROP INDEX users_by_roles;
CREATE INDEX users_by_roles ON users (
    workspace_id, state, roles, id, ends_at, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key);
DROP INDEX users_by_unit_key;
CREATE INDEX users_by_unit_key ON users (
    workspace_id, state, unit_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, search_text, name_key, email_key, group_key);
DROP INDEX users_by_group_key;
CREATE INDEX users_by_group_key ON users (
    workspace_id, state, group_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key);
DROP INDEX users_by_end;
CREATE INDEX users_by_end ON users (
    workspace_id, state, ends_at, id, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key);
DROP INDEX users_by_invited;
CREATE INDEX users_by_invited ON users (
    workspace_id, state, invited_at, id, ends_at, roles, link_ends_at, group_marks, expires_on,
    delivery, last_active_at, unit_key, search_text, name_key, email_key, group_key);
DROP INDEX users_by_last_active;
CREATE INDEX users_by_last_active ON users (
    workspace_id, state, last_active_at, id, ends_at, roles, link_ends_at, group_marks, expires_on,
    delivery, invited_at, unit_key, search_text, name_key, email_key, group_key);
DROP INDEX users_by_delivery;
CREATE INDEX users_by_delivery ON users (
    workspace_id, state, delivery, id, ends_at, roles, link_ends_at, group_marks, expires_on,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key);
-- The same of staff, which is met seldom in the orders of all.
DROP INDEX users_staff_by_name;
CREATE INDEX users_staff_by_name ON users (
    workspace_id, state, name_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, email_key, group_key) WHERE roles > 1;
DROP INDEX users_staff_by_email;
CREATE INDEX users_staff_by_email ON users (
    workspace_id, state, email_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, group_key) WHERE roles > 1;
DROP INDEX users_staff_by_state;
CREATE INDEX users_staff_by_state ON users (
    workspace_id, state, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key) WHERE roles > 1;
DROP INDEX users_staff_by_roles;
CREATE INDEX users_staff_by_roles ON users (
    workspace_id, state, roles, id, ends_at, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key) WHERE roles > 1;
DROP INDEX users_staff_by_unit_key;
CREATE INDEX users_staff_by_unit_key ON users (
    workspace_id, state, unit_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, search_text, name_key, email_key, group_key) WHERE roles > 1;
DROP INDEX users_staff_by_group_key;
CREATE INDEX users_staff_by_group_key ON users (
    workspace_id, state, group_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key) WHERE roles > 1;
DROP INDEX users_staff_by_end;
CREATE INDEX users_staff_by_end ON users (
    workspace_id, state, ends_at, id, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key) WHERE roles > 1;
DROP INDEX users_staff_by_invited;
CREATE INDEX users_staff_by_invited ON users (
    workspace_id, state, invited_at, id, ends_at, roles, link_ends_at, group_marks, expires_on,
    delivery, last_active_at, unit_key, search_text, name_key, email_key, group_key) WHERE roles > 1;
DROP INDEX users_staff_by_last_active;
CREATE INDEX users_staff_by_last_active ON users (
    workspace_id, state, last_active_at, id, ends_at, roles, link_ends_at, group_marks, expires_on,
    delivery, invited_at, unit_key, search_text, name_key, email_key, group_key) WHERE roles > 1;
DROP INDEX users_staff_by_delivery;
CREATE INDEX users_staff_by_delivery ON users (
    workspace_id, state, delivery, id, ends_at, roles, link_ends_at, group_marks, expires_on,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key) WHERE roles > 1;
-- The same of those whose link ends.
DROP INDEX users_by_link_end;
CREATE INDEX users_by_link_end ON users (
    workspace_id, link_ends_at, id, state, ends_at, roles, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key) WHERE state = 'invited';

-- The same of the users of a group.
UPDATE group_users SET
    state = u.state, ends_at = u.ends_at, roles = u.roles, link_ends_at = u.link_ends_at,
    expires_on = u.expires_on, delivery = u.delivery, invited_at = u.invited_at,
    last_active_at = u.last_active_at, unit_key = u.unit_key, search_text = u.search_text,
    name_key = u.name_key, email_key = u.email_key, group_key = u.group_key
    FROM users u WHERE u.workspace_id = group_users.workspace_id AND u.id = group_users.user_id;
CREATE INDEX group_users_listed ON group_users (
    workspace_id, group_id, user_id, state, ends_at, roles, link_ends_at, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key);
