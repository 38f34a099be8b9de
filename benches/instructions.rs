//! Work whose instructions are counted: `instructions.py` runs this under callgrind, which counts the
//! same every time, and compares the counts with those that are kept.
//!
//! `NAME REPEATS` does the work so many times; the cost of one is the difference between two counts.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a bench stops where it can't go on"
)]

#[path = "../tests/support/fake_api.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod fake_api;
#[path = "../tests/support/team.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod team;
#[path = "../tests/support/tui.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod tui;

use std::hint::black_box;
use std::sync::Arc;

use admit::fuzzy::{Finder, Index};
use admit::terminal::canvas::Canvas;
use admit::terminal::output::{ColourDepth, Encoder};
use fake_api::FakeApi;
use tui::Harness;

/// Texts in the list that is searched.
const TEXTS: usize = 10_000;
/// What is typed into it, letter by letter.
const TYPED: &str = "manual h";

/// A kind of work: its name, and what does it so many times.
type Work = (&'static str, fn(usize));

/// The kinds of work.
const WORK: [Work; 4] = [
    ("frame-view", frame_view),
    ("frame-arrow", frame_arrow),
    ("frame-full", frame_full),
    ("matcher-typing", matcher_typing),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match arguments.as_slice() {
        [name, repeats] => {
            let (_, work) = WORK.iter().find(|(known, _)| known == name).unwrap();
            work(repeats.parse().unwrap());
        }
        _ => WORK.iter().for_each(|(name, _)| println!("{name}")),
    }
}

fn table() -> Harness {
    Harness::start(FakeApi::new(team::crowd(500))).settle().resize(120, 40).settle()
}

/// The table of users, drawn into a frame.
fn frame_view(repeats: usize) {
    let table = table();
    for _ in 0..repeats {
        drop(black_box(table.app.view()));
    }
}

/// The bytes of a frame in which the selection moved by one row.
fn frame_arrow(repeats: usize) {
    let before = table();
    let here = before.app.view();
    let there = before.keys("j").app.view();
    let mut encoder = Encoder::new(ColourDepth::Sixteen);
    let mut frames: [&Canvas; 2] = [&here, &there];
    for _ in 0..repeats {
        black_box(encoder.encode(Some(frames[0]), frames[1]).len());
        frames.swap(0, 1);
    }
}

/// The bytes of a frame that is painted as a whole.
fn frame_full(repeats: usize) {
    let frame = table().app.view();
    let mut encoder = Encoder::new(ColourDepth::Sixteen);
    for _ in 0..repeats {
        black_box(encoder.encode(None, &frame).len());
    }
}

/// A word and a half, typed letter by letter and deleted again.
fn matcher_typing(repeats: usize) {
    let words =
        ["Fire", "safety", "Manual", "handling", "García", "basics", "data", "Leading", "remote", "teams"];
    let title = |n: usize| {
        let word = |k: usize| words[(n / k) % words.len()];
        format!("{} {} {} {n}", word(1), word(10), word(100))
    };
    let index = Arc::new(Index::new((0..TEXTS).map(title)));
    for _ in 0..repeats {
        let mut finder = Finder::new(Arc::clone(&index));
        for end in (1..=TYPED.len()).chain((1..TYPED.len()).rev()) {
            black_box(finder.rank(&TYPED[..end], 100));
        }
    }
}
