//! Rows that only moved are shifted by the terminal: whatever the frames, the screen is the one of
//! painting anew.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::num::NonZero;

use admit::terminal::canvas::Canvas;
use admit::terminal::output::{ColourDepth, Encoder};
use proptest::prelude::*;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

const WORDS: [&str; 8] = ["Adeyemi Smith", "Bo", "李小龙", "Zoë ● Ní", "", "e\u{301}wa", "👍 ok", "────────"];

/// What a table of people beside a pane shows.
#[derive(Debug, Clone)]
struct Table {
    size: (u16, u16),
    top: u16,
    selected: u16,
    /// Rows from this one on are other people's.
    edited: u16,
    pane: u16,
    popup: bool,
    background: bool,
}

fn tables() -> impl Strategy<Value = Table> {
    let size = prop::sample::select(vec![(30, 10), (30, 10), (30, 10), (41, 14)]);
    let background = prop::bool::weighted(0.2);
    (size, 0..9u16, 0..14u16, 0..30u16, 0..3u16, prop::bool::weighted(0.2), background).prop_map(
        |(size, top, selected, edited, pane, popup, background)| Table {
            size,
            top,
            selected,
            edited,
            pane,
            popup,
            background,
        },
    )
}

fn drawn(table: &Table) -> Canvas {
    let (width, height) = table.size;
    let mut canvas = Canvas::new(width, height);
    let mut put = |x, y, text: &str, style| {
        canvas.buffer.set_stringn(x, y, text, usize::from(width.saturating_sub(x)), style);
    };
    put(1, 0, "DEV  Northwind", Style::new().bold());
    for y in 2..height - 1 {
        let row = table.top + y;
        let number = usize::from(if row >= table.edited { row * 5 } else { row });
        put(0, y, WORDS.iter().cycle().nth(number).unwrap(), Style::new());
        put(14, y, &number.to_string(), Style::new().fg([Color::Green, Color::Reset][number % 2]));
        if table.pane > 0 {
            put(20, y, "│", Style::new().dim());
            put(22, y, if y.is_multiple_of(3) { "Unit 李" } else { "" }, Style::new());
        }
        if table.pane > 1 && y < 5 {
            put(22, y, &format!("{} of {}", table.selected, table.top), Style::new().bold());
        }
    }
    put(1, height - 1, "i invite  ? help", Style::new().dim());
    let rows = Rect::new(0, 2, width, height - 3);
    if table.background {
        canvas.buffer.set_style(rows, Style::new().bg(Color::Blue));
    }
    let y = 2 + table.selected % (height - 3);
    canvas.buffer.set_style(Rect::new(0, y, 19, 1), Style::new().reversed());
    canvas.set_cursor(2, y);
    if table.popup {
        canvas.render("a popup\nof two rows", Rect::new(5, 3, 12, 2));
        canvas.cursor = None;
    }
    canvas
}

fn emulator((width, height): (u16, u16)) -> vt100::Parser {
    vt100::Parser::new(NonZero::new(height).unwrap(), NonZero::new(width).unwrap(), 0)
}

/// What a person sees of a screen: characters, looks, cursor.
fn seen(terminal: &vt100::Parser) -> (Vec<String>, Option<(u16, u16)>) {
    let screen = terminal.screen();
    let (height, width) = screen.size();
    let places = (0..height.get()).flat_map(|y| (0..width.get()).map(move |x| (y, x)));
    let cell = |(y, x)| {
        let cell = screen.cell(y, x).unwrap();
        if cell.is_wide_continuation() {
            return String::new();
        }
        let is_blank = cell.contents().trim().is_empty();
        let text = if is_blank { " " } else { cell.contents() };
        let on_text = (!is_blank).then(|| (cell.fgcolor(), cell.bold(), cell.dim()));
        format!("{text} {:?} {} {on_text:?}", cell.bgcolor(), cell.inverse())
    };
    (places.map(cell).collect(), (!screen.hide_cursor()).then(|| screen.cursor_position()))
}

fn encode(previous: Option<&Canvas>, next: &Canvas) -> Vec<u8> {
    Encoder::new(ColourDepth::Sixteen).encode(previous, next).to_vec()
}

/// Whether the terminal is told to delete or insert lines.
fn shifts(bytes: &[u8]) -> bool {
    bytes.windows(3).any(|part| part == b"\x1b[r") && !bytes.windows(4).any(|part| part == b"\x1b[2J")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]
    #[test]
    fn scrolled_edited_and_resized_tables_show_what_painting_anew_shows(
        tables in prop::collection::vec(tables(), 1..8),
    ) {
        let mut encoder = Encoder::new(ColourDepth::Sixteen);
        let mut shown: Option<(vt100::Parser, Canvas)> = None;
        for table in tables {
            let next = drawn(&table);
            let (mut terminal, previous) = match shown.take() {
                Some((mut terminal, previous)) => {
                    let (width, height) = table.size;
                    let (height, width) = (NonZero::new(height).unwrap(), NonZero::new(width).unwrap());
                    if previous.area() != next.area() {
                        terminal.screen_mut().set_size(height, width);
                    }
                    (terminal, Some(previous))
                }
                None => (emulator(table.size), None),
            };
            terminal.process(encoder.encode(previous.as_ref(), &next));
            let mut anew = emulator(table.size);
            anew.process(&encode(None, &next));
            prop_assert_eq!(seen(&terminal), seen(&anew));
            shown = Some((terminal, next));
        }
    }
}

fn table(top: u16, selected: u16) -> Canvas {
    let size = (30, 10);
    drawn(&Table { size, top, selected, edited: 99, pane: 0, popup: false, background: false })
}

#[test]
fn a_table_that_scrolls_by_a_row_is_shifted_both_ways() {
    let (above, below) = (table(2, 6), table(3, 6));
    for (previous, next) in [(&above, &below), (&below, &above)] {
        let shifted = encode(Some(previous), next);
        let written =
            Encoder::new(ColourDepth::Sixteen).without_scrolling().encode(Some(previous), next).len();
        assert!(shifts(&shifted) && shifted.len() * 3 < written * 2, "{} of {written}", shifted.len());
    }
}

#[test]
fn a_terminal_that_cannot_shift_rows_is_never_asked_to() {
    let mut encoder = Encoder::new(ColourDepth::Sixteen).without_scrolling();
    assert!(!shifts(encoder.encode(Some(&table(2, 6)), &table(3, 6))));
}

#[test]
fn an_arrow_shifts_nothing() {
    assert!(!shifts(&encode(Some(&table(2, 3)), &table(2, 4))));
}
