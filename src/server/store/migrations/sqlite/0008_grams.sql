-- Every three characters in a row of what users are searched by, found by a form that begins what they lead
-- to: a word of one or two characters, which no search index knows, leads to what it does know, or, where
-- nobody has it, to nothing. The last letter of a word is found by itself with what follows, and tells more
-- with what is before it. What nobody has any more may stay.
CREATE TABLE search_grams (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    form         TEXT NOT NULL,
    gram         TEXT NOT NULL,
    PRIMARY KEY (workspace_id, form, gram)
) STRICT, WITHOUT ROWID;
WITH RECURSIVE
    places (n) AS (
        SELECT 1 UNION ALL SELECT n + 1 FROM places WHERE n < (SELECT MAX(length(search_text)) FROM users) - 2
    ),
    -- Each with the character before it.
    fours AS (
        SELECT DISTINCT workspace_id, substr(char(1) || search_text, n, 4) AS four
        FROM users JOIN places ON n <= length(search_text) - 2
    ),
    split AS (
        SELECT workspace_id, substr(four, 1, 3) AS before, substr(four, 2, 3) AS gram,
            unicode(substr(four, 2)) > 127 OR substr(four, 2, 1) GLOB '[a-z0-9]' AS is_of_word,
            unicode(substr(four, 3)) > 127 OR substr(four, 3, 1) GLOB '[a-z0-9]' AS goes_on
        FROM fours
    ),
    ends AS (SELECT DISTINCT workspace_id, substr(search_text, -3) AS gram FROM users)
INSERT INTO search_grams (workspace_id, form, gram)
SELECT workspace_id, gram, gram FROM split WHERE NOT (is_of_word AND NOT goes_on)
UNION
SELECT workspace_id, substr(gram, 1, 2), CASE WHEN substr(before, 1, 1) = char(1) THEN gram ELSE before END
FROM split WHERE is_of_word AND NOT goes_on
UNION
SELECT workspace_id, substr(gram, 2), gram FROM ends
UNION
SELECT workspace_id, substr(gram, 3), gram FROM ends;
