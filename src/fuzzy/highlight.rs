//! Which letters of a text fit what was typed; asked only for the rows that are drawn.

use fuzzy_matcher::FuzzyMatcher;

use super::fold::Humps;
use super::outlook::word_start_of;
use super::query::Query;
use super::score::matcher;

/// The characters of `text` (counted from 0, ascending) that fit `typed`.
pub fn highlight(text: &str, typed: &str) -> Vec<usize> {
    let query = Query::new(typed);
    let (key, origin) = folded_with_origin(text);
    let mut marked = Vec::new();
    for word in &query.words {
        if let Some(at) = word_start_of(&key, &word.text) {
            let first = key.get(..at).map_or(0, |head| head.chars().count());
            marked.extend(origin.iter().skip(first).take(word.letters));
        } else if let Some((_, places)) = matcher().fuzzy_indices(&key, &word.text) {
            marked.extend(places.iter().filter_map(|place| origin.get(*place)));
        }
    }
    marked.sort_unstable();
    marked.dedup();
    marked
}

/// `text` folded character by character, and for each folded character the one it comes from.
fn folded_with_origin(text: &str) -> (String, Vec<usize>) {
    let mut key = String::with_capacity(text.len());
    let mut origin = Vec::with_capacity(text.len());
    let mut humps = Humps::default();
    for (at, c) in text.chars().enumerate() {
        let before = key.len();
        if c.is_whitespace() {
            key.push(' ');
            humps = Humps::default();
        } else {
            humps.fold_onto(c, &mut key);
        }
        let added = key.get(before..).map_or(0, |added| added.chars().count());
        origin.extend(std::iter::repeat_n(at, added));
    }
    (key, origin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marked(text: &str, typed: &str) -> String {
        let places = highlight(text, typed);
        text.chars().enumerate().filter(|(at, _)| places.contains(at)).map(|(_, c)| c).collect()
    }

    #[test]
    fn the_letters_of_the_original_are_marked() {
        assert_eq!(marked("José García", "garcia jose"), "JoséGarcía");
        assert_eq!(marked("Straße", "strass"), "Straß");
        assert_eq!(marked("Operations › Yorkshire › York", "york"), "York");
        assert_eq!(marked("Manual handling", "mhg"), "Mhg");
        assert_eq!(marked("Fire", "zz"), "");
        assert_eq!(marked("PowerPoint", "powerpo"), "PowerPo");
    }

    #[test]
    fn a_capital_that_begins_a_word_within_a_word_is_marked_before_others() {
        assert_eq!(highlight("Œuvres NoSQL basics", "s"), [9]);
        assert_eq!(highlight("Œuvres nosql basics", "s"), [18]);
    }

    proptest! {
        #[test]
        fn every_mark_is_within_the_text(text in "\\PC{0,20}", typed in "\\PC{0,5}") {
            let count = text.chars().count();
            prop_assert!(highlight(&text, &typed).iter().all(|at| *at < count));
        }
    }
}
