//! The figures of `RESULTS.md`: each beside the aim or the peer it is measured against.
//!
//! Times are medians over rounds in one run; what counts is their ratio to the peer beside them,
//! and the bytes, which are exact.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a bench prints its figures"
)]
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

#[path = "../tests/support/fake_api.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod fake_api;
#[path = "../tests/support/pty.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod pty;
#[path = "../tests/support/team.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod team;
#[path = "../tests/support/tui.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod tui;

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use admit::fuzzy::{Finder, Index};
use admit::terminal::canvas::Canvas;
use admit::terminal::output::{ColourDepth, Encoder};
use fake_api::FakeApi;
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use tui::Harness;

fn main() {
    println!("| what | figure | aim or peer |\n| --- | --- | --- |");
    screens();
    picker();
    start();
}

/// The median of `rounds` timings of `run`.
fn median(rounds: usize, mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let begun = Instant::now();
            run();
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[rounds / 2]
}

fn micros(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}

fn line(what: &str, figure: &str, aim: &str) {
    println!("| {what} | {figure} | {aim} |");
}

/// What a key costs: the bytes from the screen before to the screen after, and the time from key
/// to bytes.
fn key(name: &str, before: Harness, keys: &str, aim: &str) -> Harness {
    let shown = before.app.view();
    let begun = Instant::now();
    let after = before.keys(keys);
    let next = after.app.view();
    let mut encoder = Encoder::new(ColourDepth::Sixteen);
    let bytes = encoder.encode(Some(&shown), &next).len();
    let took = begun.elapsed();
    line(name, &format!("{bytes} bytes, {}", micros(took)), aim);
    after.settle()
}

fn frame(name: &str, harness: &Harness) {
    let mut encoder = Encoder::new(ColourDepth::Sixteen);
    let view = median(200, || drop(black_box(harness.app.view())));
    let canvas = harness.app.view();
    let full = median(200, || {
        black_box(encoder.encode(None, &canvas).len());
    });
    let idle = encoder.encode(Some(&canvas), &clone(&canvas)).len();
    let bytes = encoder.encode(None, &canvas).len();
    line(
        &format!("{name}: view, full frame"),
        &format!("{}, {} ({bytes} bytes)", micros(view), micros(full)),
        "–",
    );
    line(&format!("{name}: unchanged frame"), &format!("{idle} bytes"), "0");
}

fn clone(canvas: &Canvas) -> Canvas {
    canvas.clone()
}

fn screens() {
    let table = Harness::start(FakeApi::new(team::crowd(2_000))).settle().resize(120, 40).settle();
    frame("table 120×40", &table);
    let table = key("table: arrow down", table, "j", "≤ 236 bytes");
    let table = key("table: page down", table, "<pagedown>", "≤ 3 200 bytes");
    let table = table.keys("gg").settle();
    let table = table.keys(&"j".repeat(32)).settle();
    let table = key("table: a row beyond the edge (half a page)", table, "jjjj", "≤ 700 with scroll regions");
    let form = table.keys("gg").settle().keys("i").settle();
    frame("form 120×40", &form);
    let form = key("form: a typed letter", form, "a", "–");
    let _ = key("form: next field", form, "<tab>", "–");
}

/// A keystroke in a picker of 10 000 entries, beside the crate's matcher over all of them.
fn picker() {
    let words =
        ["Fire", "safety", "Manual", "handling", "García", "basics", "data", "Leading", "remote", "teams"];
    let title = |n: usize| {
        let word = |k: usize| words[(n / k) % words.len()];
        format!("{} {} {} {n}", word(1), word(10), word(100))
    };
    let titles: Vec<String> = (0..10_000).map(title).collect();
    let index = Arc::new(Index::new(&titles));
    let plain = SkimMatcherV2::default().ignore_case();
    for typed in ["m", "ma", "man", "manual", "manual h", "zzz"] {
        let peer = median(15, || {
            let scored = titles
                .iter()
                .enumerate()
                .filter_map(|(at, text)| Some((plain.fuzzy_match(text, typed)?, at)));
            let mut scored: Vec<(i64, usize)> = scored.collect();
            scored.sort_unstable_by(|a, b| b.cmp(a));
            black_box(scored.len());
        });
        let own = median(15, || {
            // As typed: the finder has seen the shorter queries.
            let mut finder = Finder::new(Arc::clone(&index));
            black_box(finder.rank(typed, 100));
        });
        let mut finder = Finder::new(Arc::clone(&index));
        for end in 1..typed.len() {
            finder.rank(&typed[..end], 100);
        }
        let begun = Instant::now();
        black_box(finder.rank(typed, 100));
        let last = begun.elapsed();
        let ratio = own.as_secs_f64() / peer.as_secs_f64();
        let figure = format!("{} afresh, {} as the last key", micros(own), micros(last));
        line(
            &format!("picker, 10 000 entries: `{typed}`"),
            &figure,
            &format!("{ratio:.2}× of SkimMatcherV2 over all ({})", micros(peer)),
        );
    }
}

/// From the start of the program to its first full frame, on the embedded workspace.
fn start() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().display().to_string();
    let environment = [
        ("HOME", &*folder),
        ("ADMIT_DATA_DIR", &*folder),
        ("XDG_STATE_HOME", &*folder),
        ("XDG_CONFIG_HOME", &*folder),
    ];
    let run = || {
        let begun = Instant::now();
        let terminal = pty::Pty::start(Path::new(env!("CARGO_BIN_EXE_admit")), &[], &environment, (120, 40));
        terminal.wait_until("rows", |screen| screen.contains("@example.org") && screen.contains("Active"));
        begun.elapsed()
    };
    let first = run();
    let again = median(9, || {
        run();
    });
    line(
        "start to first full frame, embedded, first run (with the sample made)",
        &format!("{} ms", first.as_millis()),
        "–",
    );
    line("start to first full frame, embedded", &format!("{} ms", again.as_millis()), "≤ 120 ms");
}
