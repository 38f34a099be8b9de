//! Measures admit's picker beside its peers: `peers FZF [ENTRIES ROUNDS]…` prints tables in Markdown.
//!
//! The ranking is included rather than depended upon: the rest of the program takes many times longer
//! to compile than these tables to be made.

#[allow(dead_code, reason = "some of it is asked by the program alone")]
mod domain;
mod engines;
#[path = "../../../src/fuzzy/mod.rs"]
#[allow(dead_code, unused_imports, reason = "some of it is asked by the program alone")]
mod fuzzy;
mod keys;
mod list;
#[path = "../../../src/fuzzy/plain.rs"]
mod plain;
mod quality;
mod times;

use fuzzy::{Hit, Ranked};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let fzf = arguments.next().expect("the first argument says where fzf is");
    let numbers: Vec<usize> = arguments.map(|number| number.parse().expect("a number")).collect();
    let sizes = if numbers.is_empty() { vec![10_000, 9, 100_000, 9, 1_000_000, 7] } else { numbers };
    for size in sizes.chunks(2) {
        let [entries, rounds] = *size else { panic!("entries and rounds come in pairs") };
        times::print(&fzf, entries, rounds);
    }
    quality::print(&fzf);
}
