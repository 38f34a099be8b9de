//! The shape that lets the tables of a workspace be spread over machines: every key begins with the
//! workspace, and every statement says of which workspace it is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A table as the migrations make it: its name and the lines between its parentheses.
struct Table {
    name: String,
    lines: Vec<String>,
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/store").join(path)).unwrap()
}

fn files(folder: &str, ending: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/store").join(folder);
    let names = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(ending)).collect();
    names.sort();
    names.iter().map(|name| read(&format!("{folder}/{name}"))).collect()
}

fn migrations() -> String {
    let texts = [files("migrations/postgres", ".sql"), files("migrations", ".sql")].concat().join("\n");
    texts.lines().filter(|line| !line.trim_start().starts_with("--")).collect::<Vec<_>>().join("\n")
}

fn tables() -> Vec<Table> {
    let text = migrations();
    let made = text.split("CREATE TABLE ").skip(1);
    made.map(|rest| {
        let (name, rest) = rest.split_once(" (").unwrap();
        let (inside, _) = rest.split_once("\n);").unwrap();
        Table { name: name.to_owned(), lines: inside.lines().map(|line| line.trim().to_owned()).collect() }
    })
    .collect()
}

/// The names in `distribute.sql` after `function('`, in its order.
fn named_by(function: &str) -> Vec<String> {
    let text = read("migrations/distribute.sql");
    let calls = text.lines().filter_map(|line| line.strip_prefix(&format!("SELECT {function}('")));
    calls.map(|rest| rest.split('\'').next().unwrap().to_owned()).collect()
}

#[test]
fn every_table_is_distributed_or_on_every_machine() {
    let made: BTreeSet<String> = tables().into_iter().map(|table| table.name).collect();
    let named = [named_by("create_reference_table"), named_by("create_distributed_table")].concat();
    assert!(made.len() > 20, "{made:?}");
    assert_eq!(named.iter().cloned().collect::<BTreeSet<_>>(), made);
    assert_eq!(named.len(), made.len(), "each once");
    for name in &named {
        let is_everywhere = named_by("create_reference_table").contains(name);
        let kind = if is_everywhere { "repmodel = 't'" } else { "partmethod = 'h'" };
        let guard = format!("WHERE logicalrelid = '{name}'::regclass AND {kind});");
        assert!(read("migrations/distribute.sql").contains(&guard), "{name} could not be run over twice");
    }
}

#[test]
fn a_table_is_distributed_after_those_that_it_refers_to() {
    let order = [named_by("create_reference_table"), named_by("create_distributed_table")].concat();
    let place = |name: &str| order.iter().position(|other| other == name).unwrap();
    for table in tables() {
        for target in table.lines.iter().filter_map(|line| target(line)) {
            assert!(place(&target) <= place(&table.name), "{} before {target}", table.name);
        }
    }
}

/// The table that a line refers to.
fn target(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("REFERENCES ")?;
    Some(rest.split(' ').next()?.to_owned())
}

#[test]
fn every_key_of_a_workspaces_table_begins_with_the_workspace() {
    let everywhere = named_by("create_reference_table");
    let mut wrong = Vec::new();
    for table in tables() {
        if everywhere.contains(&table.name) || table.name == "limits" {
            let to = table.lines.iter().filter_map(|line| target(line));
            wrong
                .extend(to.filter(|to| !everywhere.contains(to)).map(|to| format!("{} to {to}", table.name)));
            continue;
        }
        let is_keyed = |line: &String| {
            line.starts_with("PRIMARY KEY (workspace_id")
                || (line.starts_with("workspace_id ") && line.contains("PRIMARY KEY"))
        };
        if !table.lines.iter().any(is_keyed) {
            wrong.push(format!("{} has no key that begins with the workspace", table.name));
        }
        for line in &table.lines {
            let is_own = target(line).is_some_and(|to| !everywhere.contains(&to));
            let begins = line.starts_with("FOREIGN KEY (workspace_id, ") && line.contains(" (workspace_id, ");
            let is_unique = line.contains("UNIQUE") && !line.starts_with("UNIQUE (workspace_id, ");
            if (is_own && !begins) || is_unique {
                wrong.push(format!("{}: {line}", table.name));
            }
        }
    }
    for line in migrations().lines().filter(|line| line.starts_with("CREATE UNIQUE INDEX")) {
        if !line.contains(" (workspace_id, ") {
            wrong.push(line.to_owned());
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_counts_in_one_place_or_locks_a_whole_table() {
    let sql = migrations().to_uppercase();
    for word in ["SERIAL", "SEQUENCE", "IDENTITY", "NEXTVAL", "LOCK TABLE"] {
        assert!(!sql.contains(word), "a migration says {word}");
    }
    for text in files(".", ".rs") {
        for word in ["nextval", "LOCK TABLE", "OFFSET "] {
            assert!(!text.contains(word), "a statement says {word}");
        }
    }
}

#[test]
fn every_claim_is_of_one_workspace() {
    let mut claims = 0;
    for text in files(".", ".rs") {
        let columns = text.split_once("const COLUMNS: &str = ").map_or("", |(_, rest)| rest);
        let columns = columns.split_once(';').map_or("", |(columns, _)| columns);
        for function in text.split("\npub async fn ").filter(|text| text.contains(".push(tx.skip_locked())"))
        {
            claims += 1;
            let function = function.replace("Statement::new(COLUMNS)", columns);
            let (before, _) = function.split_once("skip_locked").unwrap();
            let of_one = "WHERE workspace_id = ";
            assert!(before.contains(of_one) && before.contains("workspace: WorkspaceId"), "{before}");
        }
    }
    assert_eq!(claims, 2, "letters and jobs are claimed");
}

#[test]
fn no_part_of_a_statement_takes_its_workspace_from_the_row_around_it() {
    // A part that is bound to the workspace itself is sent to its machine; this would ask all of them.
    for text in files(".", ".rs") {
        for (at, _) in text.match_indices("WHERE ") {
            let condition: Vec<&str> = text[at..].split_whitespace().skip(1).take(3).collect();
            let is_of_row = |word: &str| word.trim_end_matches([')', '"']).ends_with(".workspace_id");
            if let [left, "=", right] = condition[..] {
                assert!(!(is_of_row(left) && is_of_row(right)), "{condition:?}");
            }
        }
    }
}
