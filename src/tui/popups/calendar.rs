//! A month to choose a day from.

use jiff::ToSpan;
use jiff::civil::Date;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Overlay, PopupOutcome, Question, frame};
use crate::domain::expiry::echo;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::context::{Context, Look};
use crate::tui::parts::text;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A month to choose a day from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    question: Question,
    day: Date,
    today: Date,
}

impl Calendar {
    /// A calendar that points at `day`, or at tomorrow.
    pub fn new(question: Question, day: Option<Date>, today: Date) -> Self {
        let tomorrow = today.tomorrow().unwrap_or(today);
        Self { question, day: day.unwrap_or(tomorrow).max(tomorrow), today }
    }

    fn go(&mut self, span: jiff::Span) {
        let tomorrow = self.today.tomorrow().unwrap_or(self.today);
        self.day = self.day.checked_add(span).unwrap_or(self.day).max(tomorrow);
    }

    /// The weeks of the month, Monday first; none where the day is of another month.
    fn weeks(&self) -> Vec<[Option<Date>; 7]> {
        let first = self.day.first_of_month();
        let mut day = first;
        let mut weeks = Vec::new();
        let mut week = [None; 7];
        while day.month() == first.month() {
            let column = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
            if let Some(cell) = week.get_mut(column) {
                *cell = Some(day);
            }
            if column == 6 || day == first.last_of_month() {
                weeks.push(week);
                week = [None; 7];
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        weeks
    }
}

impl Overlay for Calendar {
    fn key(&mut self, key: Key, _: &mut Context<'_>) -> Option<PopupOutcome> {
        match key.code {
            _ if key.ctrl || key.alt => {}
            KeyCode::Left | KeyCode::Char('h') => self.go((-1).days()),
            KeyCode::Right | KeyCode::Char('l') => self.go(1.day()),
            KeyCode::Up | KeyCode::Char('k') => self.go((-7).days()),
            KeyCode::Down | KeyCode::Char('j') => self.go(7.days()),
            KeyCode::PageUp => self.go((-1).month()),
            KeyCode::PageDown => self.go(1.month()),
            KeyCode::Home => self.day = self.today.tomorrow().unwrap_or(self.today),
            KeyCode::End => self.day = self.day.last_of_month(),
            KeyCode::Enter | KeyCode::Tab => return Some(PopupOutcome::Day(self.question, self.day)),
            KeyCode::Esc | KeyCode::Char('q') => return Some(PopupOutcome::Dismissed),
            _ => {}
        }
        None
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        let month = usize::try_from(self.day.month() - 1).ok().and_then(|at| MONTHS.get(at)).unwrap_or(&"");
        let title = format!("{month} {}", self.day.year());
        let inside = frame::draw(canvas, frame::centred(area, 44, 13), &title, look);
        let theme = look.theme;
        let mut lines = vec![Line::styled(" Mo  Tu  We  Th  Fr  Sa  Su", theme.dim())];
        let mut cursor = None;
        for (row, week) in self.weeks().into_iter().enumerate() {
            let cell = |(column, day): (usize, &Option<Date>)| match day {
                None => Span::raw("    "),
                Some(day) if *day == self.day => {
                    cursor = Some((column, row));
                    Span::styled(format!(" {:>2} ", day.day()), theme.selected())
                }
                Some(day) if *day <= self.today => Span::styled(format!(" {:>2} ", day.day()), theme.dim()),
                Some(day) => Span::raw(format!(" {:>2} ", day.day())),
            };
            lines.push(Line::from(week.iter().enumerate().map(cell).collect::<Vec<_>>()));
        }
        lines.push(Line::raw(""));
        lines.push(Line::raw(format!(" {}", echo(self.day, self.today))));
        let hint = " Enter takes  PgUp PgDn month  Esc back";
        lines.push(Line::styled(text::fit(hint, usize::from(inside.width), ""), theme.dim()));
        for (y, line) in (inside.y..inside.bottom()).zip(lines) {
            canvas.render(line, Rect { y, height: 1, ..inside });
        }
        if let Some((column, row)) = cursor {
            let cell = |n: usize| u16::try_from(n).unwrap_or(0);
            canvas.set_cursor(inside.x + cell(column * 4 + 1), inside.y + 1 + cell(row));
        }
    }
}
