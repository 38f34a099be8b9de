-- Every three characters in a row of what users are searched by, found by a form that begins what they lead
-- to: a word of one or two characters, which no search index knows, leads to what it does know, or, where
-- nobody has it, to nothing. The last letter of a word is found by itself with what follows, and tells more
-- with what is before it. What nobody has any more may stay.
CREATE TABLE search_grams (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    form         TEXT COLLATE "C" NOT NULL,
    gram         TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, form, gram)
);
WITH
    -- Each with the character before it.
    fours AS (
        SELECT DISTINCT workspace_id, substr(chr(1) || search_text, n, 4) AS four
        FROM users, generate_series(1, length(search_text) - 2) AS n
    ),
    split AS (
        SELECT workspace_id, substr(four, 1, 3) AS before, substr(four, 2, 3) AS gram,
            ascii(substr(four, 2)) > 127 OR substr(four, 2, 1) COLLATE "C" ~ '[a-z0-9]' AS is_of_word,
            ascii(substr(four, 3)) > 127 OR substr(four, 3, 1) COLLATE "C" ~ '[a-z0-9]' AS goes_on
        FROM fours
    ),
    ends AS (SELECT DISTINCT workspace_id, right(search_text, 3) AS gram FROM users)
INSERT INTO search_grams (workspace_id, form, gram)
SELECT workspace_id, gram, gram FROM split WHERE NOT (is_of_word AND NOT goes_on)
UNION
SELECT workspace_id, substr(gram, 1, 2), CASE WHEN substr(before, 1, 1) = chr(1) THEN gram ELSE before END
FROM split WHERE is_of_word AND NOT goes_on
UNION
SELECT workspace_id, substr(gram, 2), gram FROM ends
UNION
SELECT workspace_id, substr(gram, 3), gram FROM ends;
