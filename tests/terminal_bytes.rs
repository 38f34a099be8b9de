//! The bytes that frames are written as: counted, and replayed in an emulator.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::io::{self, Write};
use std::num::NonZero;

use admit::terminal::canvas::Canvas;
use admit::terminal::output::{ColourDepth, Encoder};
use admit::terminal::screen::Screen;
use proptest::prelude::*;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

const WIDTH: u16 = 120;
const HEIGHT: u16 = 40;

// ---- a users table as the program shows it ----

fn put(canvas: &mut Canvas, x: u16, y: u16, text: &str, style: Style) {
    canvas.buffer.set_string(x, y, text, style);
}

/// A frame of a table of six columns: the rows from `top`, with row `selected` in reverse.
fn table(top: u16, selected: u16) -> Canvas {
    selected_table(top, selected, WIDTH)
}

/// The same with only the first `reversed` columns of the selected row in reverse.
fn selected_table(top: u16, selected: u16, reversed: u16) -> Canvas {
    const FIRST: [&str; 8] = ["Adeyemi", "Bo", "Cara", "Dai", "Ewa", "Femke", "Zoë", "Håkon"];
    const LAST: [&str; 5] = ["Smith", "Smithers", "Smith-Okafor", "Goldsmith", "Ní Bhriain"];
    const STATUS: [(&str, Color); 4] = [
        ("● active", Color::Green),
        ("○ invited", Color::Yellow),
        ("◐ pending", Color::Cyan),
        ("x expired", Color::Red),
    ];
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    put(&mut canvas, 1, 0, "DEV  Northwind Training › Leeds Academy", Style::new().bold());
    put(&mut canvas, 1, 1, "All 1 204   Active 968   Invited 143   Pending 12   Cancelled 31", Style::new());
    put(&mut canvas, 3, 3, "NAME                   EMAIL", Style::new().dim());
    put(&mut canvas, 0, 4, &"─".repeat(usize::from(WIDTH)), Style::new().dim());
    for y in 5..HEIGHT - 2 {
        let number = usize::from(top + y - 5);
        let (first, last) = (FIRST[number % 8], LAST[number * 7 % 5]);
        let (status, colour) = STATUS[number * 3 % 4];
        let email = format!("{}.{}@example.org", first.to_lowercase(), number);
        put(&mut canvas, 3, y, &format!("{first} {last}"), Style::new());
        put(&mut canvas, 26, y, &email, Style::new());
        put(&mut canvas, 60, y, status, Style::new().fg(colour));
        put(&mut canvas, 72, y, ["Operations › Leeds", "Sales", "–"][number % 3], Style::new());
        put(&mut canvas, 94, y, &(number % 5).to_string(), Style::new());
        put(&mut canvas, 102, y, ["31 Mar 27", "–"][number % 2], Style::new());
        if number == usize::from(selected) {
            canvas.buffer.set_style(Rect::new(0, y, reversed, 1), Style::new().reversed());
            canvas.set_cursor(3, y);
        }
    }
    put(&mut canvas, 1, HEIGHT - 1, "i invite  Enter open  x actions  / search  ? help", Style::new().dim());
    canvas
}

fn encode(depth: ColourDepth, previous: Option<&Canvas>, next: &Canvas) -> Vec<u8> {
    Encoder::new(depth).encode(previous, next).to_vec()
}

/// The bytes of a frame that says no more than `change`.
fn framed(change: &str) -> Vec<u8> {
    format!("\x1b[?2026h{change}\x1b[?2026l").into_bytes()
}

fn emulator(width: u16, height: u16) -> vt100::Parser {
    vt100::Parser::new(NonZero::new(height).unwrap(), NonZero::new(width).unwrap(), 0)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn the_budgets_of_bytes_are_kept() {
    let most = |step: u16, reversed: u16, top: fn(u16) -> u16| {
        let frame = |row| selected_table(top(row), row, reversed);
        let length = |row| encode(ColourDepth::Sixteen, Some(&frame(row)), &frame(row + step)).len();
        (0..9).map(|page| length(page * step)).max().unwrap()
    };
    let arrow = most(1, 79, |_| 0);
    assert!(arrow <= 236, "an arrow key is {arrow} bytes");
    let arrow = most(1, WIDTH, |_| 0);
    assert!(arrow <= 300, "an arrow key is {arrow} bytes where the selection is as wide as the screen");
    let row = most(1, WIDTH, |row| row);
    assert!(row <= 700, "a row more is {row} bytes");
    let page = most(33, WIDTH, |row| row);
    assert!(page <= 3200, "a page is {page} bytes");
}

#[test]
fn nothing_changed_is_nothing_written() {
    assert!(encode(ColourDepth::Sixteen, Some(&table(0, 3)), &table(0, 3)).is_empty());
}

#[test]
fn looks_that_cannot_be_seen_are_no_change() {
    let mut other = table(0, 3);
    other.buffer.set_style(Rect::new(0, 2, WIDTH, 1), Style::new().fg(Color::Red).bold());
    assert!(encode(ColourDepth::Sixteen, Some(&table(0, 3)), &other).is_empty());
}

#[test]
fn a_moved_or_hidden_cursor_is_a_small_frame() {
    let mut moved = table(0, 3);
    moved.set_cursor(5, 8);
    assert_eq!(encode(ColourDepth::Sixteen, Some(&table(0, 3)), &moved), framed("\x1b[6G"));
    moved.cursor = None;
    assert_eq!(encode(ColourDepth::Sixteen, Some(&table(0, 3)), &moved), framed("\x1b[?25l"));
}

#[test]
fn every_frame_is_one_synchronized_update_without_queries_or_other_modes() {
    let mut moved = table(0, 4);
    moved.set_cursor(5, 9);
    let frames = [None, Some(table(0, 3)), Some(table(30, 31)), Some(moved)];
    for previous in &frames {
        let bytes = encode(ColourDepth::Full, previous.as_ref(), &table(0, 4));
        assert!(bytes.starts_with(b"\x1b[?2026h") && bytes.ends_with(b"\x1b[?2026l"));
        assert_eq!(bytes.windows(6).filter(|part| part.starts_with(b"\x1b[?20")).count(), 2);
        for query in ["\x1b[6n", "\x1b[c", "\x1b[0c", "\x1b[>c", "\x1b]", "\x1bP", "\x1b[?u", "\x1b[?1"] {
            assert!(!contains(&bytes, query.as_bytes()), "{query:?}");
        }
    }
}

#[test]
fn no_color_keeps_reverse_and_writes_no_colour() {
    let bytes = encode(ColourDepth::None, None, &table(0, 3));
    let mut terminal = emulator(WIDTH, HEIGHT);
    terminal.process(&bytes);
    let cells = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (y, x)));
    for (y, x) in cells {
        let cell = terminal.screen().cell(y, x).unwrap();
        assert_eq!((cell.fgcolor(), cell.bgcolor()), (vt100::Color::Default, vt100::Color::Default));
        assert_eq!(cell.inverse(), y == 8, "row {y}, column {x}");
    }
}

#[test]
fn control_characters_written_by_a_widget_are_blanks() {
    let mut canvas = Canvas::new(8, 1);
    for (x, symbol) in
        ["\u{1b}", "\u{7}", "a\u{1b}[2J", "\u{9b}", "\u{202e}", "\u{200b}", "\n", "ok"].iter().enumerate()
    {
        canvas.buffer.content[x].set_symbol(symbol);
    }
    let bytes = encode(ColourDepth::Sixteen, Some(&Canvas::new(8, 1)), &canvas);
    assert!(bytes.len() <= b"\x1b[?2026h\x1b[?2026l".len(), "{}", bytes.escape_ascii());
}

#[test]
fn a_rule_line_is_not_paid_for_by_each_column() {
    let mut canvas = Canvas::new(80, 2);
    put(&mut canvas, 0, 0, &"─".repeat(80), Style::new());
    let bytes = encode(ColourDepth::Sixteen, Some(&Canvas::new(80, 2)), &canvas);
    assert!(bytes.len() <= 80 * 3 + 16 + 8, "{}", bytes.len());
}

#[test]
fn after_a_character_of_uncertain_width_the_cursor_is_placed() {
    let mut canvas = Canvas::new(20, 1);
    put(&mut canvas, 0, 0, "●a李b", Style::new());
    let bytes = encode(ColourDepth::Sixteen, Some(&Canvas::new(20, 1)), &canvas);
    let shown = String::from_utf8(bytes).unwrap().replace('\x1b', "");
    assert_eq!(shown, "[?2026h[H●[2Ga李[5Gb[?2026l");
}

// ---- replaying in an emulator ----

/// What a person sees of a screen: characters, looks, cursor.
fn seen(terminal: &vt100::Parser) -> (Vec<String>, Option<(u16, u16)>) {
    let screen = terminal.screen();
    let (height, width) = screen.size();
    let (height, width) = (height.get(), width.get());
    let mut cells = Vec::new();
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        let cell = screen.cell(y, x).unwrap();
        let text = if cell.contents().is_empty() { " " } else { cell.contents() };
        let on_blank = (cell.underline(), cell.inverse());
        let look = if text == " " && on_blank == (false, false) {
            format!("{:?}", cell.bgcolor())
        } else {
            let colours = (cell.fgcolor(), cell.bgcolor());
            format!("{colours:?} {} {} {} {on_blank:?}", cell.bold(), cell.dim(), cell.italic())
        };
        // the look of the covered half of a wide character is the emulator's own affair
        cells.push(if cell.is_wide_continuation() { String::new() } else { format!("{text} {look}") });
    }
    (cells, (!screen.hide_cursor()).then(|| screen.cursor_position()))
}

#[derive(Debug, Clone)]
struct Stroke {
    x: u16,
    y: u16,
    text: String,
    style: Style,
}

fn strokes() -> impl Strategy<Value = Vec<Stroke>> {
    let text = prop::sample::select(vec![
        "a",
        "hello",
        "李小龙",
        "é",
        "e\u{301}",
        "●",
        "────────",
        "x y",
        "     ",
        "👍",
        "-李",
        "\u{1b}",
        "–",
    ]);
    let colour = prop::sample::select(vec![
        Color::Reset,
        Color::Red,
        Color::LightBlue,
        Color::Gray,
        Color::Rgb(1, 2, 3),
    ]);
    let style = (colour.clone(), colour, 0..64u16).prop_map(|(fg, bg, bits)| {
        // bold, dim, italic, underlined, reversed
        let bits = (bits & 0b1111) | (bits & 0b1_0000) << 2;
        Style::new().fg(fg).bg(bg).add_modifier(Modifier::from_bits_truncate(bits))
    });
    let style = prop_oneof![2 => Just(Style::new()), 3 => style];
    let stroke = (0..30u16, 0..6u16, text, style).prop_map(|(x, y, text, style)| Stroke {
        x,
        y,
        text: text.to_owned(),
        style,
    });
    prop::collection::vec(stroke, 0..10)
}

fn drawn(strokes: &[Stroke], cursor: Option<(u16, u16)>) -> Canvas {
    let mut canvas = Canvas::new(30, 6);
    for stroke in strokes {
        put(&mut canvas, stroke.x, stroke.y, &stroke.text, stroke.style);
    }
    if let Some((x, y)) = cursor {
        canvas.set_cursor(x, y);
    }
    canvas
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn changes_lead_to_the_same_screen_as_painting_anew(
        frames in prop::collection::vec((strokes(), prop::option::of((0..30u16, 0..6u16))), 1..6),
        depth in prop::sample::select(vec![ColourDepth::None, ColourDepth::Sixteen, ColourDepth::Full]),
    ) {
        let mut changed = emulator(30, 6);
        let mut encoder = Encoder::new(depth);
        let mut previous = None;
        for (strokes, cursor) in frames {
            let next = drawn(&strokes, cursor);
            changed.process(encoder.encode(previous.as_ref(), &next));
            let mut anew = emulator(30, 6);
            anew.process(&encode(depth, None, &next));
            prop_assert_eq!(seen(&changed), seen(&anew));
            previous = Some(next);
        }
    }
}

#[test]
fn a_painted_screen_shows_the_characters_of_the_frame() {
    let mut canvas = Canvas::new(40, 3);
    let line = Line::from(vec![Span::raw("● 李小龙 "), Span::raw("é–ok").bold(), Span::raw(" ┌──┐")]);
    canvas
        .render(Paragraph::new(vec![line, Line::raw("second"), Line::raw("3 │ x")]), Rect::new(0, 0, 40, 3));
    let mut terminal = emulator(40, 3);
    terminal.process(&encode(ColourDepth::Sixteen, None, &canvas));
    assert_eq!(terminal.screen().contents(), canvas.text().trim_end());
}

// ---- writes ----

#[derive(Default)]
struct Counter(Vec<usize>);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.push(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_session_of_frames_is_one_write_each_and_none_when_idle() {
    let mut screen = Screen::new(Counter::default(), ColourDepth::Sixteen, WIDTH, HEIGHT);
    for row in [0, 1, 1, 1, 2] {
        screen.draw(table(0, row)).unwrap();
    }
    screen.invalidate();
    screen.draw(table(0, 2)).unwrap();
    assert_eq!(screen.writer().0.len(), 4);
}
