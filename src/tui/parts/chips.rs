//! What was chosen, as chips on one line: as many as fit, the rest counted.

use ratatui::text::Span;

use super::text;
use crate::tui::context::Look;

/// One chip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// What it says.
    pub label: String,
    /// Whether it is there but not meant: shown struck by a sign.
    pub is_off: bool,
    /// Whether it was added by a rule, not chosen.
    pub is_added: bool,
}

/// The chips in at most `cells`, the one at `here` marked and always among those shown, with
/// `+3` for those that do not fit; and how many cells they take.
pub fn line(
    chips: &[Chip],
    here: Option<usize>,
    cells: usize,
    look: &Look<'_>,
) -> (Vec<Span<'static>>, usize) {
    let first = first_shown(chips, here.unwrap_or(0), cells, look);
    let (mut spans, mut used) = (Vec::new(), 0);
    if first > 0 {
        let before = format!("+{first} ");
        used += text::width(&before);
        spans.push(Span::styled(before, look.theme.dim()));
    }
    for (at, chip) in chips.iter().enumerate().skip(first) {
        let shown = label(chip, look);
        let left = chips.len() - at - 1;
        let reserve = if left > 0 { format!("+{left}").len() + 1 } else { 0 };
        if used + text::width(&shown) + reserve > cells && at > first {
            let rest = format!("+{}", chips.len() - at);
            spans.push(Span::styled(format!("{rest} "), look.theme.dim()));
            break;
        }
        let shown = text::fit(&shown, cells.saturating_sub(used), look.theme.signs.ellipsis);
        used += text::width(&shown) + 2;
        let style = match (here == Some(at), chip.is_off || chip.is_added) {
            (true, _) => look.theme.selected(),
            (false, true) => look.theme.dim(),
            (false, false) => look.theme.text(),
        };
        spans.push(Span::styled(shown, style));
        spans.push(Span::raw("  "));
    }
    // Counted from what is drawn: a chip that was cut takes less than it wanted.
    let drawn = spans.iter().map(|span| text::width(&span.content)).sum();
    (spans, drawn)
}

fn label(chip: &Chip, look: &Look<'_>) -> String {
    let signs = look.theme.signs;
    match (chip.is_added, chip.is_off) {
        (true, false) => format!("+ {}", chip.label),
        (true, true) => format!("{} {}", signs.none, chip.label),
        (false, _) => format!("{} {}", chip.label, signs.remove),
    }
}

/// The first chip to show so that the one at `here` fits.
fn first_shown(chips: &[Chip], here: usize, cells: usize, look: &Look<'_>) -> usize {
    let mut used = 0;
    let mut first = here.min(chips.len());
    for (at, chip) in chips.iter().enumerate().take(here + 1).collect::<Vec<_>>().into_iter().rev() {
        used += text::width(&label(chip, look)) + 2;
        if used + 8 > cells && at < here {
            break;
        }
        first = at;
    }
    first
}
