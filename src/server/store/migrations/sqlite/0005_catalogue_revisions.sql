-- What stands for the present state of a workspace's units, groups or courses: a digest of all the
-- changes so far, raised by every transaction that changes them. kind is units, groups or courses;
-- no row: nothing was changed yet.
CREATE TABLE catalogue_revisions (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    kind         TEXT NOT NULL,
    revision     TEXT NOT NULL,
    PRIMARY KEY (workspace_id, kind)
) STRICT;

-- The words that names begin to be searched by, each row beginning with its workspace as a word.
-- number names a row there; it means nothing elsewhere.
ALTER TABLE units ADD COLUMN number INTEGER;
UPDATE units SET number = rowid;
CREATE INDEX units_by_number ON units (workspace_id, number);
CREATE VIRTUAL TABLE unit_words USING fts5 (words, content = '', contentless_delete = 1, detail = none,
    prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 0');
INSERT INTO unit_words (rowid, words) SELECT number, replace(workspace_id, '-', '') || ' ' || search_text FROM units;
CREATE TRIGGER units_made AFTER INSERT ON units BEGIN
    UPDATE units SET number = (SELECT COALESCE(MAX(id), 0) + 1 FROM unit_words_docsize) WHERE rowid = NEW.rowid;
    INSERT INTO unit_words (rowid, words)
        SELECT number, replace(workspace_id, '-', '') || ' ' || search_text FROM units WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER units_renamed AFTER UPDATE OF search_text ON units WHEN NEW.search_text <> OLD.search_text BEGIN
    DELETE FROM unit_words WHERE rowid = OLD.number;
    INSERT INTO unit_words (rowid, words)
        VALUES (OLD.number, replace(NEW.workspace_id, '-', '') || ' ' || NEW.search_text);
END;
CREATE TRIGGER units_gone AFTER DELETE ON units BEGIN
    DELETE FROM unit_words WHERE rowid = OLD.number;
END;

ALTER TABLE groups ADD COLUMN number INTEGER;
UPDATE groups SET number = rowid;
CREATE INDEX groups_by_number ON groups (workspace_id, number);
CREATE VIRTUAL TABLE group_words USING fts5 (words, content = '', contentless_delete = 1, detail = none,
    prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 0');
INSERT INTO group_words (rowid, words) SELECT number, replace(workspace_id, '-', '') || ' ' || name_key FROM groups;
CREATE TRIGGER groups_made AFTER INSERT ON groups BEGIN
    UPDATE groups SET number = (SELECT COALESCE(MAX(id), 0) + 1 FROM group_words_docsize) WHERE rowid = NEW.rowid;
    INSERT INTO group_words (rowid, words)
        SELECT number, replace(workspace_id, '-', '') || ' ' || name_key FROM groups WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER groups_renamed AFTER UPDATE OF name_key ON groups WHEN NEW.name_key <> OLD.name_key BEGIN
    DELETE FROM group_words WHERE rowid = OLD.number;
    INSERT INTO group_words (rowid, words)
        VALUES (OLD.number, replace(NEW.workspace_id, '-', '') || ' ' || NEW.name_key);
END;
CREATE TRIGGER groups_gone AFTER DELETE ON groups BEGIN
    DELETE FROM group_words WHERE rowid = OLD.number;
END;

ALTER TABLE courses ADD COLUMN number INTEGER;
UPDATE courses SET number = rowid;
CREATE INDEX courses_by_number ON courses (workspace_id, number);
CREATE VIRTUAL TABLE course_words USING fts5 (words, content = '', contentless_delete = 1, detail = none,
    prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 0');
INSERT INTO course_words (rowid, words) SELECT number, replace(workspace_id, '-', '') || ' ' || title_key FROM courses;
CREATE TRIGGER courses_made AFTER INSERT ON courses BEGIN
    UPDATE courses SET number = (SELECT COALESCE(MAX(id), 0) + 1 FROM course_words_docsize) WHERE rowid = NEW.rowid;
    INSERT INTO course_words (rowid, words)
        SELECT number, replace(workspace_id, '-', '') || ' ' || title_key FROM courses WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER courses_renamed AFTER UPDATE OF title_key ON courses WHEN NEW.title_key <> OLD.title_key BEGIN
    DELETE FROM course_words WHERE rowid = OLD.number;
    INSERT INTO course_words (rowid, words)
        VALUES (OLD.number, replace(NEW.workspace_id, '-', '') || ' ' || NEW.title_key);
END;
CREATE TRIGGER courses_gone AFTER DELETE ON courses BEGIN
    DELETE FROM course_words WHERE rowid = OLD.number;
END;
