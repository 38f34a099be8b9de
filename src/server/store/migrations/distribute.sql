-- Distributes the tables of admit over the machines of a Citus cluster. Run it once, with
--   psql -v ON_ERROR_STOP=1 -f distribute.sql
-- on the coordinator, after the first start of admit there made the tables; and once more after
-- a version of admit that adds tables. What is distributed already is left as it is. Afterwards
--   SELECT table_name, citus_table_type FROM citus_tables
-- names no table as local.

-- The trigger that keeps the record append-only looks at no other row.
SET citus.enable_unsafe_triggers = on;

-- Otherwise the first reference table would make all that refers to it tables of the coordinator alone.
SET citus.enable_local_reference_table_foreign_keys = off;

-- On every machine: few rows, looked up before the workspace is known.
SELECT create_reference_table('customers')  WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'customers'::regclass AND repmodel = 't');
SELECT create_reference_table('accounts')   WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'accounts'::regclass AND repmodel = 't');
SELECT create_reference_table('workspaces') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'workspaces'::regclass AND repmodel = 't');
SELECT create_reference_table('tokens')     WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'tokens'::regclass AND repmodel = 't');

-- Counted by key, with no workspace.
SELECT create_distributed_table('limits', 'key', colocate_with => 'none') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'limits'::regclass AND partmethod = 'h');

-- All that is of a workspace stays together; tables stand after those that they refer to.
SELECT create_distributed_table('turns', 'workspace_id', colocate_with => 'none') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'turns'::regclass AND partmethod = 'h');
SELECT create_distributed_table('units', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'units'::regclass AND partmethod = 'h');
SELECT create_distributed_table('groups', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'groups'::regclass AND partmethod = 'h');
SELECT create_distributed_table('courses', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'courses'::regclass AND partmethod = 'h');
SELECT create_distributed_table('catalogue_revisions', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'catalogue_revisions'::regclass AND partmethod = 'h');
SELECT create_distributed_table('users', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'users'::regclass AND partmethod = 'h');
SELECT create_distributed_table('units_managed', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'units_managed'::regclass AND partmethod = 'h');
SELECT create_distributed_table('group_users', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'group_users'::regclass AND partmethod = 'h');
SELECT create_distributed_table('auto_enrolments', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'auto_enrolments'::regclass AND partmethod = 'h');
SELECT create_distributed_table('auto_enrolment_courses', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'auto_enrolment_courses'::regclass AND partmethod = 'h');
SELECT create_distributed_table('enrolments', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'enrolments'::regclass AND partmethod = 'h');
SELECT create_distributed_table('invitations', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'invitations'::regclass AND partmethod = 'h');
SELECT create_distributed_table('verifications', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'verifications'::regclass AND partmethod = 'h');
SELECT create_distributed_table('letters', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'letters'::regclass AND partmethod = 'h');
SELECT create_distributed_table('audit', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'audit'::regclass AND partmethod = 'h');
SELECT create_distributed_table('idempotency_keys', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'idempotency_keys'::regclass AND partmethod = 'h');
SELECT create_distributed_table('changes', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'changes'::regclass AND partmethod = 'h');
SELECT create_distributed_table('jobs', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'jobs'::regclass AND partmethod = 'h');
SELECT create_distributed_table('job_users', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'job_users'::regclass AND partmethod = 'h');
SELECT create_distributed_table('name_words', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'name_words'::regclass AND partmethod = 'h');
SELECT create_distributed_table('search_grams', 'workspace_id', colocate_with => 'turns') WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'search_grams'::regclass AND partmethod = 'h');
