//! How many users there are: counts by status, how many match, how many are marked.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::filter::{Filter, sort_label};
use super::selection::Selection;
use super::state::{Jump, PATIENCE, Phase, State};
use crate::api::users::UserCounts;
use crate::client::ClientError;
use crate::domain::status::UserStatus;
use crate::terminal::canvas::Canvas;
use crate::tui::context::Look;
use crate::tui::parts::text;
use crate::tui::theme::Theme;

/// Where nothing but statuses is asked for, the server counts up to here one by one.
const COUNTED: u64 = 10_000;

/// How many users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The number.
    pub number: u64,
    /// Whether it is only about right.
    pub is_estimate: bool,
}

impl Tally {
    /// One of the numbers that were counted for `filter`.
    fn of(counts: &UserCounts, number: u64, filter: &Filter) -> Self {
        let is_counted = filter.is_of_statuses_alone() && number <= COUNTED;
        Self { number, is_estimate: counts.approximate && !is_counted }
    }

    /// In words: `12 345`, or `≈ 12 300`, since more digits of an estimate would tell nothing.
    fn words(self, theme: Theme) -> String {
        if !self.is_estimate {
            return text::number(self.number);
        }
        let unit = 10_u64.pow(self.number.max(1).ilog10().saturating_sub(2));
        format!("{} {}", theme.signs.about, text::number((self.number + unit / 2) / unit * unit))
    }
}

impl State {
    /// Takes the counts.
    pub(super) fn counted(&mut self, answer: Result<UserCounts, ClientError>) {
        self.counts.settle(answer);
        if self.filter.is_empty() {
            let everybody = self.counts.value().map(|counts| Tally::of(counts, counts.total, &self.filter));
            self.everybody = everybody.or(self.everybody);
        }
    }

    /// How many users match the filter, as counted.
    pub(super) fn matching(&self) -> Option<Tally> {
        let counts = self.counts.value()?;
        let number = if self.filter.statuses.is_empty() {
            counts.total
        } else {
            self.filter.statuses.iter().map(|status| counts.of(*status)).sum()
        };
        Some(Tally::of(counts, number, &self.filter))
    }

    /// How many are marked.
    pub(super) fn marked(&self) -> Option<Tally> {
        // A count that is asked anew in silence stays until the answer comes.
        let is_counting = self.counts.awaited().is_some_and(|ticket| !ticket.is_quiet());
        let matching = self.matching().filter(|_| !is_counting);
        let number = self.selection.count(matching.map(|matching| matching.number))?;
        let is_query = matches!(self.selection, Selection::Matching { .. });
        Some(Tally { number, is_estimate: is_query && matching.is_some_and(|matching| matching.is_estimate) })
    }
}

/// Draws the counts by status.
pub fn counts(state: &State, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
    let Some(counts) = state.counts.value() else { return };
    let cells = usize::from(area.width);
    let entries = |gap| entries(state, counts, look, gap);
    let gap = if width_of(&entries("   ")) < cells { "   " } else { "  " };
    let mut used = 0;
    let mut spans = Vec::new();
    for entry in entries(gap) {
        used += entry.iter().map(Span::width).sum::<usize>();
        if used > cells {
            break;
        }
        spans.extend(entry);
    }
    canvas.line(Line::from(spans), area);
}

fn width_of(entries: &[Vec<Span<'static>>]) -> usize {
    entries.iter().flatten().map(Span::width).sum()
}

/// The counts, each with its words, so that none is cut in the middle.
fn entries(
    state: &State,
    counts: &UserCounts,
    look: &Look<'_>,
    gap: &'static str,
) -> Vec<Vec<Span<'static>>> {
    let theme = look.theme;
    let words = |number| Tally::of(counts, number, &state.filter).words(theme);
    let all = vec![Span::styled(" All ", theme.dim()), Span::styled(words(counts.total), theme.strong())];
    let mut entries = vec![all];
    for status in UserStatus::ALL {
        let word = status.as_str();
        let word =
            format!("{gap}{}{} ", text::head(word, 1).to_uppercase(), word.get(1..).unwrap_or_default());
        let number = Span::styled(words(counts.of(status)), theme.status(status));
        let mut entry = vec![Span::styled(word, theme.dim()), number];
        if status == UserStatus::Invited && counts.link_expired > 0 {
            let ended = format!(" ({} link expired)", words(counts.link_expired));
            entry.push(Span::styled(ended, theme.dim()));
        }
        entries.push(entry);
    }
    entries
}

/// What failed, what is loaded, how many are marked or match; the order, where it `is_hidden`.
pub fn tally(state: &State, is_hidden: bool, look: &Look<'_>) -> String {
    let theme = look.theme;
    if let (Phase::Failed(_), Some(_)) = (&state.phase, &state.rows) {
        return "could not be refreshed, Ctrl-R tries again".to_owned();
    }
    let loading = format!("loading{}", theme.signs.ellipsis);
    let asked_anew = match &state.phase {
        Phase::Anew(_, jump) if look.now.duration_since(jump.since) >= PATIENCE => Some(jump),
        _ => None,
    };
    if asked_anew.is_some_and(Jump::is_elsewhere) {
        return format!("{loading} Esc stops");
    }
    if !state.selection.is_empty() {
        return selected(state, theme);
    }
    if let (Some(_), Some(_)) = (asked_anew, &state.rows) {
        return loading;
    }
    let sorted = if is_hidden { order(state) } else { String::new() };
    match (state.filter.is_empty(), state.matching(), state.everybody) {
        (false, Some(matching), Some(all)) if all.number >= matching.number => {
            format!("{sorted}{} of {} match", matching.words(theme), all.words(theme))
        }
        (false, Some(matching), _) => format!("{sorted}{} match", matching.words(theme)),
        _ => sorted,
    }
}

/// How many are marked: what is acted on is always counted in sight.
fn selected(state: &State, theme: Theme) -> String {
    match (&state.selection, state.marked()) {
        (Selection::Matching { except, .. }, Some(count)) if !except.is_empty() => {
            let left_out = text::number(except.len() as u64);
            format!("{} marked: all that match, less {left_out}", count.words(theme))
        }
        (Selection::Matching { .. }, Some(count)) => {
            format!("{} marked: all that match", count.words(theme))
        }
        (_, Some(count)) => format!("{} marked", count.words(theme)),
        (_, None) => "all that match are marked; counting".to_owned(),
    }
}

/// The order in words, where it can't be read off the titles.
fn order(state: &State) -> String {
    let then = state.order.then.map(|then| format!(", {}", sort_label(then.by))).unwrap_or_default();
    format!("by {}{then}  ", sort_label(state.order.by.by))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::output::ColourDepth;

    #[test]
    fn an_estimate_is_said_to_be_one_and_has_no_more_digits_than_it_is_worth() {
        let (unicode, ascii) = (Theme::new(ColourDepth::None, false), Theme::new(ColourDepth::None, true));
        let counts = UserCounts { approximate: true, ..UserCounts::default() };
        let everybody = Filter::default();
        let words = |number| Tally::of(&counts, number, &everybody).words(unicode);
        assert_eq!(words(967_812), "≈ 968 000");
        assert_eq!(words(999_999), "≈ 1 000 000");
        assert_eq!(words(12_345), "≈ 12 300");
        assert_eq!(words(10_000), "10 000", "so many are counted");
        let found = Filter { search: "lee".to_owned(), ..Filter::default() };
        assert_eq!(Tally::of(&counts, 640, &found).words(unicode), "≈ 640", "but not under every filter");
        assert_eq!(Tally::of(&counts, 967_812, &everybody).words(ascii), "~ 968 000");
        assert_eq!(Tally::of(&UserCounts::default(), 967_812, &everybody).words(unicode), "967 812");
    }
}
