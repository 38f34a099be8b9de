-- What stands for the present state of a workspace's units, groups or courses: a digest of all the
-- changes so far, raised by every transaction that changes them. kind is units, groups or courses;
-- no row: nothing was changed yet.
CREATE TABLE catalogue_revisions (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    kind         TEXT COLLATE "C" NOT NULL,
    revision     TEXT NOT NULL,
    PRIMARY KEY (workspace_id, kind)
);

-- The words that names begin to be searched by.
CREATE INDEX units_by_word ON units USING gin (to_tsvector('simple', search_text));
CREATE INDEX groups_by_word ON groups USING gin (to_tsvector('simple', name_key));
CREATE INDEX courses_by_word ON courses USING gin (to_tsvector('simple', title_key));
