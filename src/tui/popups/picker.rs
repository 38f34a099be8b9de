//! The popup that is narrowed by typing: under a field of a form, or on its own.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::browser::Browser;
use super::pick_list::PickList;
use super::ticks::Ticks;
use super::{Overlay, Pick, Popup, PopupOutcome, Question, frame};
use crate::fuzzy::Ranked;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::catalogue::Kind;
use crate::tui::context::{Context, Look};
use crate::tui::effect::{Reply, Ticket};
use crate::tui::parts::line_edit::LineEdit;
use crate::tui::parts::text;

/// Lines of the popup.
pub const ROWS: u16 = 8;
/// Cells of the popup where there is room for as many.
const WIDEST: u16 = 96;

/// Moves the pointer of `list`, if `key` does that.
pub fn moved(list: &mut PickList, key: Key) -> bool {
    let page = isize::try_from(ROWS).unwrap_or(1);
    let by = match (key.code, key.ctrl) {
        (KeyCode::Up, _) | (KeyCode::Char('p'), true) => -1,
        (KeyCode::Down, _) | (KeyCode::Char('n'), true) => 1,
        (KeyCode::PageUp, _) => -page,
        (KeyCode::PageDown, _) => page,
        _ => return false,
    };
    list.step(by);
    true
}

/// Draws the popup of `list` below `field`, or above it where there is no room. `chosen` are
/// ticked, where several can be.
pub fn draw_under(
    canvas: &mut Canvas,
    (field, area): (Rect, Rect),
    (list, chosen): (&PickList, Option<&[Pick]>),
    look: &Look<'_>,
) {
    // There is something to show in a moment.
    if list.is_blank() {
        return;
    }
    // Where nothing fits, one line says so and one says what to do.
    let lines = if list.is_empty() { 2 } else { u16::try_from(list.len()).unwrap_or(ROWS).min(ROWS) };
    let below = area.bottom().saturating_sub(field.y + 1);
    let above = field.y.saturating_sub(area.y);
    let wanted = lines + 2;
    let (y, height) = if below >= wanted || below >= above {
        (field.y + 1, wanted.min(below))
    } else {
        (field.y - wanted.min(above), wanted.min(above))
    };
    // The end of a path tells most: it is as wide as there is room, beside the field too.
    let width = area.right().saturating_sub(field.x).min(WIDEST);
    let cursor = canvas.cursor;
    let inside = frame::draw(canvas, Rect { x: field.x, y, width, height }, &list.tally(look), look);
    draw_lines(canvas, inside, (list, chosen), ("Ctrl-U clears  Ctrl-O full list", look));
    canvas.cursor = cursor;
}

/// Draws the lines of `list`, or `ways` out where none fits; gives where the one pointed at stands.
fn draw_lines(
    canvas: &mut Canvas,
    inside: Rect,
    (list, chosen): (&PickList, Option<&[Pick]>),
    (ways, look): (&str, &Look<'_>),
) -> Option<u16> {
    let cells = usize::from(inside.width);
    if let Some(words) = list.absence(look) {
        let ways = if list.typed().is_empty() { "" } else { ways };
        for (y, words) in (inside.y..inside.bottom()).zip([words.as_str(), ways]) {
            let words = text::fit(words, cells, look.theme.signs.ellipsis);
            canvas.render(Line::styled(words, look.theme.dim()), Rect { y, height: 1, ..inside });
        }
        return None;
    }
    let rows = usize::from(inside.height);
    let top = (list.at() + 1).saturating_sub(rows);
    let mut here = None;
    for (y, (at, entry)) in (inside.y..inside.bottom()).zip(list.rows(top)) {
        let ticked = chosen.map(|chosen| chosen.contains(&entry.pick));
        let line = list.line(at == list.at(), &entry, (cells, ticked), look);
        canvas.render(line, Rect { y, height: 1, ..inside });
        if at == list.at() {
            here = Some(y);
        }
    }
    here
}

/// A picker on its own, over the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Picker {
    ticks: Ticks,
    edit: LineEdit,
    list: PickList,
}

impl Picker {
    /// A picker for one item of `kind`, or several; `chosen` are picked already.
    pub fn new(question: Question, kind: Kind, several: bool, chosen: Vec<Pick>) -> Self {
        let ticks = Ticks::new(question, several, chosen);
        Self { ticks, edit: LineEdit::default(), list: PickList::new(kind) }
    }

    /// The same, where what is picked is not kept in a field: something is begun with it.
    #[must_use]
    pub fn beginning(self) -> Self {
        Self { ticks: self.ticks.beginning(), ..self }
    }

    fn full_list(&self) -> PopupOutcome {
        let browser = Browser::of(self.list.kind, self.ticks.clone()).narrowed(self.edit.value());
        PopupOutcome::Instead(Box::new(Popup::Browser(Box::new(browser))))
    }
}

impl Overlay for Picker {
    fn opened(&mut self, context: &mut Context<'_>) {
        self.list.narrow("", context);
    }

    fn key(&mut self, key: Key, context: &mut Context<'_>) -> Option<PopupOutcome> {
        if key.code != KeyCode::Esc {
            self.ticks.stay();
        }
        if moved(&mut self.list, key) {
            return None;
        }
        let here = self.list.here().map(|entry| entry.pick);
        match key.code {
            KeyCode::Esc => return self.ticks.leave(),
            KeyCode::Tab if self.ticks.takes_several() => return Some(self.ticks.done(here)),
            KeyCode::Enter | KeyCode::Tab => return self.ticks.take(here?),
            _ if key == Key::ctrl('o') => return Some(self.full_list()),
            _ => {}
        }
        if self.edit.key(key) {
            self.list.narrow(self.edit.value(), context);
        }
        None
    }

    fn paste(&mut self, pasted: &str, context: &mut Context<'_>) {
        self.edit.paste(pasted);
        self.list.narrow(self.edit.value(), context);
    }

    fn replied(&mut self, _: Ticket, _: &Reply, context: &mut Context<'_>) {
        self.list.refresh(context);
    }

    fn listed(&mut self, context: &mut Context<'_>) {
        context.renew(self.list.kind);
        self.list.refresh(context);
    }

    fn ranked(&mut self, ticket: Ticket, ranked: &Ranked, _: &mut Context<'_>) {
        self.list.ranked(ticket, ranked);
    }

    fn is_ranking(&self) -> bool {
        self.list.is_ranking()
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        let height = ROWS + 5;
        let title = if self.ticks.takes_several() {
            format!("Choose {}", self.list.kind.many())
        } else {
            format!("Choose a {}", self.list.kind.one())
        };
        let inside = frame::draw(canvas, frame::centred(area, 64, height), &title, look);
        let cells = usize::from(inside.width);
        let tally = self.list.tally(look);
        let room = cells.saturating_sub(text::width(&tally) + 1);
        let (typed, column) = self.edit.window(room);
        let line = Line::from(vec![
            Span::raw(text::left(&typed, room + 1, "")),
            Span::styled(tally, look.theme.dim()),
        ]);
        canvas.render(line, Rect { height: inside.height.min(1), ..inside });
        canvas.set_cursor(inside.x.saturating_add(u16::try_from(column).unwrap_or(0)), inside.y);
        let lines = Rect { y: inside.y + 1, height: inside.height.saturating_sub(2), ..inside };
        draw_lines(
            canvas,
            lines,
            (&self.list, self.ticks.takes_several().then_some(self.ticks.ticked())),
            ("Ctrl-U clears  Ctrl-O full list", look),
        );
        let usual = if self.ticks.takes_several() {
            "Enter ticks  Tab takes them  Ctrl-O full list  Esc closes"
        } else {
            "Enter takes  Ctrl-O full list  Esc closes"
        };
        if inside.height > 2 {
            let at = Rect { y: inside.bottom() - 1, height: 1, ..inside };
            canvas.render(self.ticks.hint(usual, cells, look.theme), at);
        }
    }
}
