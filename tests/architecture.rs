//! Holds the directions of the layers and the homes of the outside crates, by reading the sources.

#![expect(clippy::unwrap_used, reason = "a test that can't go on is to stop there")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What each layer may use of the crate, besides itself. `main.rs` may use everything.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("api", &["domain"]),
    ("client", &["api", "domain"]),
    ("server", &["api", "domain"]),
    ("fuzzy", &["domain"]),
    ("terminal", &["domain"]),
    ("tui", &["client", "api", "domain", "fuzzy", "terminal"]),
    ("cli", &["client", "api", "domain"]),
    ("program", &["cli", "tui", "terminal", "server", "client", "api", "domain"]),
];

/// Where an outside crate may be named.
const HOMES: &[(&str, &[&str])] = &[
    ("reqwest", &["client/http.rs", "client/http/"]),
    ("axum", &["server/"]),
    ("sqlx", &["server/store/"]),
    ("lettre", &["server/mail/"]),
    ("prometheus_client", &["server/metrics/"]),
    ("crossterm", &["terminal/"]),
    ("ratatui", &["terminal/", "tui/"]),
    ("tui_input", &["tui/parts/"]),
    ("fuzzy_matcher", &["fuzzy/"]),
    ("clap", &["cli/args.rs", "cli/args/", "main.rs", "program/"]),
];

/// Handlers and rules know nothing of the transport.
const WITHOUT_AXUM: &[&str] = &[
    "server/users/",
    "server/invitations/",
    "server/catalogue/",
    "server/sessions/",
    "server/set_up/",
    "server/registration/",
    "server/manage/",
    "server/jobs/",
    "server/store/",
    "server/mail/",
];

fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                walk(&entry, found);
            } else if entry.extension().is_some_and(|ext| ext == "rs") {
                found.push(entry);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    assert!(found.len() > 50, "the sources are where this test looks for them");
    let name = |path: &Path| path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
    found.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// The code of a line: comments, which may name any layer, are left out.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim_start).filter(|line| !line.starts_with("//"))
}

/// The top-level modules of the crate that a file names.
fn modules_used(text: &str) -> BTreeSet<String> {
    let word = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    code(text)
        .flat_map(|line| line.match_indices("crate::").map(move |(at, found)| &line[at + found.len()..]))
        .map(|rest| {
            assert!(!rest.starts_with('{'), "write one `use crate::…` for each module: {rest}");
            word(rest)
        })
        .filter(|name| name.chars().next().is_some_and(char::is_lowercase))
        .collect()
}

#[test]
fn layers_see_only_those_below_them() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let layer = path.split(['/', '.']).next().unwrap();
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            assert!(["lib", "main"].contains(&layer), "{path} belongs to no layer; add it to LAYERS");
            continue;
        };
        for used in modules_used(&text) {
            if used != layer && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{path} uses crate::{used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "against the directions of the layers:\n{}", wrong.join("\n"));
}

#[test]
fn outside_crates_stay_in_their_homes() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (name, homes) in HOMES {
            let named = code(&text).any(|line| line.contains(&format!("{name}::")));
            if named && !homes.iter().any(|home| path.starts_with(home)) {
                wrong.push(format!("{path} uses {name}"));
            }
        }
        let transport = code(&text).any(|line| line.contains("axum::"));
        if transport && WITHOUT_AXUM.iter().any(|folder| path.starts_with(folder)) {
            wrong.push(format!("{path} uses axum"));
        }
    }
    assert!(wrong.is_empty(), "outside their homes:\n{}", wrong.join("\n"));
}

#[test]
fn every_file_says_its_job_on_its_first_line() {
    let silent: Vec<_> =
        sources().into_iter().filter(|(_, text)| !text.starts_with("//!")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "no `//!` on the first line: {silent:?}");
}

#[test]
fn files_have_one_job_each() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(path, text)| (text.lines().take_while(|line| *line != "mod tests {").count(), path))
        .filter(|(lines, _)| *lines > 450)
        .collect();
    assert!(long.is_empty(), "well over 300 lines: find the second job and give it a home: {long:?}");
}
