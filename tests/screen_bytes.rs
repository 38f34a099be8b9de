//! The bytes that keys cost on the real screens, and that what they lead to is the picture.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "support/fake_api.rs"]
#[expect(dead_code, reason = "the tests of the screens use the rest")]
mod fake_api;
#[path = "support/team.rs"]
#[expect(dead_code, reason = "the tests of the screens use the rest")]
mod team;
#[path = "support/tui.rs"]
#[expect(dead_code, reason = "the tests of the screens use the rest")]
mod tui;

use std::num::NonZero;

use admit::terminal::canvas::Canvas;
use admit::terminal::output::{ColourDepth, Encoder};
use fake_api::FakeApi;
use proptest::prelude::*;
use tui::Harness;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 50)];

fn table((width, height): (u16, u16)) -> Harness {
    Harness::start(FakeApi::new(team::crowd(120))).settle().resize(width, height).settle()
}

fn encode(previous: Option<&Canvas>, next: &Canvas) -> Vec<u8> {
    Encoder::new(ColourDepth::Sixteen).encode(previous, next).to_vec()
}

/// What `keys` cost on the screen that `before` leads to.
fn cost(size: (u16, u16), before: &str, keys: &str) -> usize {
    let tui = table(size).keys(before).settle();
    let shown = tui.app.view();
    encode(Some(&shown), &tui.keys(keys).app.view()).len()
}

#[test]
fn an_arrow_costs_its_two_rows_and_what_is_told_of_the_user() {
    let costs = SIZES.map(|size| cost(size, "jjj", "j"));
    assert!(costs.iter().zip([250, 260, 420]).all(|(cost, most)| *cost <= most), "{costs:?}");
}

#[test]
fn a_page_and_a_popup_keep_within_their_budgets() {
    for (before, keys, most) in [("jjj", "<pagedown>", 3200), ("jjj", ":", 2500), ("", "i", 2500)] {
        let costs = SIZES.map(|size| cost(size, before, keys));
        assert!(costs.iter().all(|cost| *cost <= most), "{keys}: {costs:?}");
    }
}

#[test]
fn a_typed_letter_is_a_letter_in_a_frame() {
    let frame = b"\x1b[?2026hy\x1b[?2026l".len();
    assert_eq!(SIZES.map(|size| cost(size, "i<tab>x", "y")), [frame; 3]);
    assert_eq!(SIZES.map(|size| cost(size, "/x", "y")), [frame; 3]);
}

fn emulator((width, height): (u16, u16)) -> vt100::Parser {
    vt100::Parser::new(NonZero::new(height).unwrap(), NonZero::new(width).unwrap(), 0)
}

/// The lines, which cells are in reverse, and where the cursor is.
fn seen(terminal: &vt100::Parser) -> (Vec<String>, Vec<Option<bool>>, (u16, u16)) {
    let screen = terminal.screen();
    let (height, width) = screen.size();
    let lines = screen.rows(0, width.get()).map(|line| line.trim_end().to_owned()).collect();
    let places = (0..height.get()).flat_map(|y| (0..width.get()).map(move |x| (y, x)));
    let reverse = places.map(|(y, x)| screen.cell(y, x).map(vt100::Cell::inverse)).collect();
    (lines, reverse, screen.cursor_position())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn any_keys_lead_to_the_picture_that_painting_anew_shows(
        size in prop::sample::select(SIZES.to_vec()),
        keys in prop::collection::vec(
            prop::sample::select(vec![
                "j", "j", "j", "jjjjjjjjj", "k", "k", "<pagedown>", "<pageup>", "gg", "<space>", "/", "9", "<esc>", ":",
                "<enter>", "i", "<tab>",
            ]),
            1..20,
        ),
    ) {
        let mut tui = table(size);
        let mut encoder = Encoder::new(ColourDepth::Sixteen);
        let mut terminal = emulator(size);
        let mut shown: Option<Canvas> = None;
        for key in keys {
            tui = tui.keys(key).settle();
            let next = tui.app.view();
            terminal.process(encoder.encode(shown.as_ref(), &next));
            let mut anew = emulator(size);
            anew.process(&encode(None, &next));
            prop_assert!(seen(&terminal) == seen(&anew), "after {}:\n{}", key, terminal.screen().contents());
            shown = Some(next);
        }
    }
}
