//! Marks what a search matched in a text, accents and case aside.

use ratatui::style::Style;
use ratatui::text::Span;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// `text` in spans: `matched` where a word of `search` occurs, `plain` elsewhere.
pub fn highlight(text: String, search: &str, plain: Style, matched: Style) -> Vec<Span<'static>> {
    let words: Vec<String> = search.split_whitespace().map(fold).collect();
    if words.is_empty() {
        return vec![Span::styled(text, plain)];
    }
    let mut folded = String::new();
    let mut graphemes = Vec::new();
    for grapheme in text.graphemes(true) {
        let start = folded.len();
        folded.push_str(&fold(grapheme));
        graphemes.push((grapheme, start, folded.len()));
    }
    let hits: Vec<(usize, usize)> = words
        .iter()
        .flat_map(|word| folded.match_indices(word.as_str()).map(|(at, hit)| (at, at + hit.len())))
        .collect();
    let mut spans: Vec<Span<'static>> = Vec::new();
    for (grapheme, start, end) in graphemes {
        let is_hit = hits.iter().any(|(from, to)| start < *to && *from < end);
        extend(&mut spans, grapheme, if is_hit { matched } else { plain });
    }
    spans
}

/// `text` in spans: `matched` where the characters at `places` (counted from 0, ascending) are.
pub fn marked(text: &str, places: &[usize], plain: Style, matched: Style) -> Vec<Span<'static>> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut first = 0;
    for grapheme in text.graphemes(true) {
        let after = first + grapheme.chars().count();
        let is_hit = places.iter().any(|place| (first..after).contains(place));
        extend(&mut spans, grapheme, if is_hit { matched } else { plain });
        first = after;
    }
    spans
}

fn extend(spans: &mut Vec<Span<'static>>, grapheme: &str, style: Style) {
    match spans.last_mut() {
        Some(last) if last.style == style => last.content.to_mut().push_str(grapheme),
        _ => spans.push(Span::styled(grapheme.to_owned(), style)),
    }
}

fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Modifier;

    fn marked(text: &str, search: &str) -> String {
        let spans =
            highlight(text.to_owned(), search, Style::new(), Style::new().add_modifier(Modifier::BOLD));
        let mark = |span: &Span<'_>| {
            if span.style == Style::new() { span.content.to_string() } else { format!("[{}]", span.content) }
        };
        spans.iter().map(mark).collect()
    }

    #[test]
    fn what_was_searched_is_marked_whatever_its_case_and_accents() {
        assert_eq!(marked("José García", "garcia jose"), "[José] [García]");
        assert_eq!(marked("Cara Smith-Okafor", "SMI"), "Cara [Smi]th-Okafor");
        assert_eq!(marked("李小龍", "x"), "李小龍");
        assert_eq!(marked("ann", ""), "ann");
    }
}
