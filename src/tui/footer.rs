//! The last line: the keys that matter now, from the live tables.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::keymap::{Binding, spoken};
use super::parts::text;
use super::theme::Theme;
use crate::terminal::canvas::Canvas;

/// Draws the hints of `tables`, as many as fit; the last table's keep their place at the end.
/// While one is typing, keys that are characters are text, and are not offered.
pub fn view(canvas: &mut Canvas, area: Rect, tables: &[&[Binding]], is_typing: bool, theme: Theme) {
    let hint = |binding: &&Binding| !binding.hint.is_empty();
    let hints = tables.iter().flat_map(|table| table.iter()).filter(hint);
    let hints: Vec<(String, &str)> =
        hints.filter_map(|binding| Some((offered(binding, is_typing)?, binding.hint))).collect();
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    let mut shown = hints.iter().peekable();
    while let Some((key, hint)) = shown.next() {
        let wide = text::width(key) + text::width(hint) + 1;
        if used + wide > usize::from(area.width) {
            break;
        }
        spans.push(Span::styled(key.clone(), theme.strong()));
        spans.push(Span::styled(
            format!(" {hint}{}", if shown.peek().is_some() { "  " } else { "" }),
            theme.dim(),
        ));
        used += wide + 2;
    }
    canvas.line(Line::from(spans), area);
}

fn offered(binding: &Binding, is_typing: bool) -> Option<String> {
    let mut keys = binding.keys.split(' ');
    let key = keys.find(|key| !key.is_empty() && (!is_typing || key.starts_with('<')))?;
    Some(spoken(key))
}
