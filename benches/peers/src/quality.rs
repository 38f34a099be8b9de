//! How often the item that was meant comes first, or among the first five.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;

use crate::engines::{Admit, Engine, Frizbee, Helix, Skim};
use crate::fuzzy::Index;
use crate::list::titles;

const CASES: &str = include_str!("../cases.txt");
const FIRST: usize = 5;

struct Case {
    is_seen: bool,
    typed: &'static str,
    items: Vec<&'static str>,
}

fn cases() -> Vec<Case> {
    let mut is_seen = true;
    let mut cases = Vec::new();
    for line in CASES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.split_once(" => ") {
            Some((typed, items)) => cases.push(Case { is_seen, typed, items: items.split(" | ").collect() }),
            None => is_seen = line == "[seen]",
        }
    }
    cases
}

/// Prints the table. `fzf`: where it is.
pub fn print(fzf: &str) {
    let cases = cases();
    let mut list = titles(10_000);
    // Spread over the list, so that its order favours none.
    for (number, item) in cases.iter().flat_map(|case| &case.items).enumerate() {
        list.insert((number * 7_919) % list.len(), (*item).to_owned());
    }
    let list = Arc::new(list);
    let mut engines: Vec<Box<dyn Engine>> = vec![
        Box::new(Admit::new(Arc::new(Index::new(list.iter())))),
        Box::new(Helix::new(&list)),
        Box::new(Skim::new(Arc::clone(&list))),
        Box::new(Frizbee(Arc::clone(&list))),
    ];
    println!("\n| ranking: meant item first / in the first five | seen | unseen |\n| --- | --- | --- |");
    let mut missed = Vec::new();
    for engine in &mut engines {
        let name = engine.name();
        let mut ask = |typed: &str| {
            engine.forget();
            let top = engine.key(typed, FIRST).top;
            top.into_iter().map(|at| list[at].clone()).collect()
        };
        row(name, &cases, &mut ask, &mut missed);
    }
    row("fzf", &cases, &mut |typed| filter(fzf, &list, typed), &mut missed);
    println!();
    for line in missed {
        println!("{line}");
    }
}

fn row(name: &str, cases: &[Case], ask: &mut dyn FnMut(&str) -> Vec<String>, missed: &mut Vec<String>) {
    let mut counts = [[0; 2]; 2];
    for case in cases {
        let top = ask(case.typed);
        let place = top.iter().position(|item| item == case.items[0]);
        let count = &mut counts[usize::from(!case.is_seen)];
        count[0] += usize::from(place == Some(0));
        count[1] += usize::from(place.is_some());
        // Only those that were looked at are shown.
        if place != Some(0) && case.is_seen && name == "admit" {
            missed.push(format!(
                "- {name}: `{}` finds {:?} before {:?}",
                case.typed,
                top.first(),
                case.items[0]
            ));
        }
    }
    let [seen, unseen] = counts.map(|[first, five]| format!("{first} / {five}"));
    let of = |is_seen| cases.iter().filter(|case| case.is_seen == is_seen).count();
    println!("| {name} | {seen} of {} | {unseen} of {} |", of(true), of(false));
}

fn filter(fzf: &str, list: &[String], typed: &str) -> Vec<String> {
    let mut child = Command::new(fzf)
        .args(["--filter", typed])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(list.join("\n").as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    String::from_utf8_lossy(&output.stdout).lines().take(FIRST).map(str::to_owned).collect()
}
