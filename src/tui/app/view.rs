//! The whole picture: header, screen, popups, the message line and the footer.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::App;
use super::wishes::Asking;
use crate::terminal::ascii::make_ascii;
use crate::terminal::canvas::Canvas;
use crate::tui::context::Look;
use crate::tui::keymap::GLOBAL;
use crate::tui::parts::text;
use crate::tui::{footer, header};

/// Below this nothing useful fits.
const SMALLEST: (u16, u16) = (20, 5);

impl App {
    /// The picture of the present state.
    pub fn view(&self) -> Canvas {
        let mut canvas = Canvas::new(self.size.width, self.size.height);
        let area = canvas.area();
        if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
            too_small(&mut canvas, area);
            return canvas;
        }
        let look = Look {
            theme: self.theme,
            now: self.now,
            place: &self.place,
            catalogue: &self.catalogue,
            table: &self.table,
        };
        let row = |y: u16| Rect { y, height: 1, ..area };
        let body = Rect { y: area.y + 1, height: area.height - 3, ..area };
        header::view(&mut canvas, row(0), &self.heading(), &look);
        if let Some(top) = self.screens.last() {
            top.screen().view(&mut canvas, body, &look);
        }
        for Asking { popup, .. } in &self.popups {
            canvas.cursor = None;
            popup.overlay().view(&mut canvas, body, &look);
        }
        self.messages.view(&mut canvas, row(area.bottom() - 2), self.theme);
        // A popup says its keys in its own frame.
        if let Some(top) = self.screens.last().filter(|_| self.popups.is_empty()) {
            let tables = [top.screen().keys(), GLOBAL];
            let is_typing = top.screen().is_typing();
            footer::view(&mut canvas, row(area.bottom() - 1), &tables, is_typing, self.theme);
        }
        canvas.cursor = canvas.cursor.filter(|at| area.contains(*at));
        if self.theme.is_ascii() {
            make_ascii(&mut canvas.buffer);
        }
        canvas
    }

    fn heading(&self) -> header::Heading {
        let titles = self.screens.iter().skip(usize::from(self.screens.len() > 1));
        let waits = self.link.waits(self.now);
        let frames = self.theme.signs.spinner;
        let frame = waits.map_or(0, |waited| waited.as_millis() / 250);
        let frame = usize::try_from(frame).unwrap_or(0).checked_rem(frames.len()).unwrap_or(0);
        header::Heading {
            title: titles.map(|screen| screen.screen().title()).collect(),
            is_down: self.link.is_down(),
            live: self.link.live(),
            round_trip: self.link.round_trip(),
            spinner: waits.and(frames.get(frame).copied()),
        }
    }
}

fn too_small(canvas: &mut Canvas, area: Rect) {
    let words = "admit needs a terminal of at least 20x5";
    let lines = text::wrap(words, usize::from(area.width));
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        canvas.render(Line::raw(line), Rect { y, height: 1, ..area });
    }
    canvas.set_cursor(0, 0);
}
