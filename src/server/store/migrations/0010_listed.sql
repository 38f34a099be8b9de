-- Lists are entered by what a user is listed as. What comes with time, and so is told by no row alone, stands
-- together then in every order: those who have expired, and those whose link has.
CREATE INDEX users_by_name ON users (
    workspace_id, listed_as, name_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, email_key, group_key);
CREATE INDEX users_by_email ON users (
    workspace_id, listed_as, email_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, group_key);
CREATE INDEX users_by_status ON users (
    workspace_id, listed_as, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key);
CREATE INDEX users_by_roles ON users (
    workspace_id, listed_as, roles, id, ends_at, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key);
CREATE INDEX users_by_unit_key ON users (
    workspace_id, listed_as, unit_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, search_text, name_key, email_key, group_key);
CREATE INDEX users_by_group_key ON users (
    workspace_id, listed_as, group_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key);
CREATE INDEX users_by_end ON users (
    workspace_id, listed_as, ends_at, id, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key);
CREATE INDEX users_by_invited ON users (
    workspace_id, listed_as, invited_at, id, ends_at, roles, link_ends_at, group_marks, expires_on,
    delivery, last_active_at, unit_key, search_text, name_key, email_key, group_key);
CREATE INDEX users_by_last_active ON users (
    workspace_id, listed_as, last_active_at, id, ends_at, roles, link_ends_at, group_marks, expires_on,
    delivery, invited_at, unit_key, search_text, name_key, email_key, group_key);
CREATE INDEX users_by_delivery ON users (
    workspace_id, listed_as, delivery, id, ends_at, roles, link_ends_at, group_marks, expires_on,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key);
-- The same of staff, which is met seldom in the orders of all.
CREATE INDEX users_staff_by_name ON users (
    workspace_id, listed_as, name_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, email_key, group_key) WHERE roles > 1;
CREATE INDEX users_staff_by_email ON users (
    workspace_id, listed_as, email_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, group_key) WHERE roles > 1;
CREATE INDEX users_staff_by_status ON users (
    workspace_id, listed_as, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key) WHERE roles > 1;
CREATE INDEX users_staff_by_roles ON users (
    workspace_id, listed_as, roles, id, ends_at, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key) WHERE roles > 1;
CREATE INDEX users_staff_by_unit_key ON users (
    workspace_id, listed_as, unit_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, search_text, name_key, email_key, group_key) WHERE roles > 1;
CREATE INDEX users_staff_by_group_key ON users (
    workspace_id, listed_as, group_key, id, ends_at, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key) WHERE roles > 1;
CREATE INDEX users_staff_by_end ON users (
    workspace_id, listed_as, ends_at, id, roles, link_ends_at, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key) WHERE roles > 1;
CREATE INDEX users_staff_by_invited ON users (
    workspace_id, listed_as, invited_at, id, ends_at, roles, link_ends_at, group_marks, expires_on,
    delivery, last_active_at, unit_key, search_text, name_key, email_key, group_key) WHERE roles > 1;
CREATE INDEX users_staff_by_last_active ON users (
    workspace_id, listed_as, last_active_at, id, ends_at, roles, link_ends_at, group_marks, expires_on,
    delivery, invited_at, unit_key, search_text, name_key, email_key, group_key) WHERE roles > 1;
CREATE INDEX users_staff_by_delivery ON users (
    workspace_id, listed_as, delivery, id, ends_at, roles, link_ends_at, group_marks, expires_on,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key) WHERE roles > 1;
-- The same of those whose link ends.
CREATE INDEX users_by_link_end ON users (
    workspace_id, listed_as, link_ends_at, id, state, ends_at, roles, group_marks, expires_on, delivery,
    invited_at, last_active_at, unit_key, search_text, name_key, email_key, group_key) WHERE state = 'invited';
-- Of one user in 64, the same.
CREATE INDEX users_sampled ON users
    (workspace_id, listed_as, ends_at, roles, link_ends_at, expires_on, unit_key, id, search_text)
    WHERE substr(id, 35, 2) < '04';
-- Of whom that is to be noted, by when it is due.
CREATE INDEX users_expiring ON users (ends_at, workspace_id, id)
    WHERE listed_as IN ('active', 'invited', 'link_expired', 'pending');
CREATE INDEX users_link_expiring ON users (link_ends_at, workspace_id, id) WHERE listed_as = 'invited';
