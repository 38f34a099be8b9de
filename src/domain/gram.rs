//! Three characters in a row, of which the search index is made: how words that are shorter are led to them.

/// How many characters a gram has.
const LENGTH: usize = 3;

/// Every gram of `text`, from its beginning to its end.
pub fn grams(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).skip(LENGTH - 1);
    text.char_indices().zip(ends).filter_map(|((start, _), end)| text.get(start..end))
}

/// Whether a word may hold `c`. Other letters than ASCII's are told from other signs by nobody here, so that
/// every database draws the same line.
pub fn is_of_word(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric()
}

/// At each character of `text` a form, by which a word that begins there is found, and a gram that holds the
/// beginning of the word. The form begins with [`head`] of that word.
///
/// The gram begins there too, but for the last letter of a word, which says little together with the first one
/// of the next, and for the end of the text.
pub fn forms(text: &str) -> Vec<(&str, &str)> {
    let mut starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let letters = starts.len();
    starts.push(text.len());
    let part = |from: usize, to: usize| text.get(*starts.get(from)?..*starts.get(to)?);
    let form = |at: usize| {
        let three = part(at, letters.min(at + LENGTH))?;
        let form = head(three);
        let is_last_letter = form.len() < three.len();
        let start = if is_last_letter { at.saturating_sub(1) } else { at };
        let start = start.min(letters.checked_sub(LENGTH)?);
        Some((form, part(start, start + LENGTH)?))
    };
    (0..letters).filter_map(form).collect()
}

/// As much of `word` as the forms of grams tell apart: three characters, or the last letter of a word and what
/// follows it.
pub fn head(word: &str) -> &str {
    let mut letters = word.char_indices();
    let (first, second) = (letters.next(), letters.next());
    let end = match (first, second) {
        (Some((_, first)), Some((at, second))) if is_of_word(first) && !is_of_word(second) => {
            at + second.len_utf8()
        }
        _ => letters.next().map_or(word.len(), |(at, third)| at + third.len_utf8()),
    };
    word.get(..end).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_has_a_gram_at_each_character_but_the_last_two() {
        assert_eq!(grams("jo li").collect::<Vec<_>>(), ["jo ", "o l", " li"]);
        assert_eq!(grams("李小龍").collect::<Vec<_>>(), ["李小龍"]);
        assert_eq!(grams("jo").count(), 0);
    }

    #[test]
    fn a_text_has_a_form_at_each_character() {
        let of_text = [
            ("jo ", "jo "),
            ("o ", "jo "),
            (" li", " li"),
            ("li@", "li@"),
            ("i@", "li@"),
            ("@b", "i@b"),
            ("b", "i@b"),
        ];
        assert_eq!(forms("jo li@b"), of_text);
        assert_eq!(forms("é a"), [("é ", "é a"), (" a", "é a"), ("a", "é a")]);
        assert_eq!(forms("jo"), []);
    }

    #[test]
    fn a_word_is_found_by_its_beginning() {
        for (word, beginning) in [
            ("zoe", "zoe"),
            ("o'b", "o'"),
            ("..a", "..a"),
            ("é", "é"),
            ("a.", "a."),
            ("anna", "ann"),
            ("", ""),
        ] {
            assert_eq!(head(word), beginning, "{word}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_in_a_text_begins_in_a_gram_whose_form_begins_so(
            text in "[a-c王é. ]{3,12}", from in 0_usize..12, length in 1_usize..5,
        ) {
            let word: String = text.chars().skip(from).take(length).collect();
            let found: Vec<_> = forms(&text).into_iter().filter(|(form, _)| form.starts_with(head(&word))).collect();
            let first = word.chars().next();
            prop_assert!(first.is_none_or(|first| found.iter().any(|(_, gram)| gram.contains(first))), "{found:?}");
            prop_assert!(found.iter().all(|(_, gram)| text.contains(gram)));
        }
    }
}
