//! People as they are pasted, and names as addresses propose them.

use percent_encoding::percent_decode_str;

use super::email::EmailAddress;
use super::safe_text::is_unsafe;

/// What a pasted line tells of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastedPerson {
    /// The address, unchecked.
    pub email: String,
    /// The first name, where one stood there.
    pub first_name: Option<String>,
    /// The last name, where one stood there.
    pub last_name: Option<String>,
}

/// Reads `Ann Lee <ann.lee@example.org>`, `"Lee, Ann" <…>`, `ann.lee@example.org (Ann Lee)`,
/// `mailto:…` or a bare address; `None` where no address stands, and where several do, because
/// taking the first would lose the others unseen.
pub fn read_pasted(text: &str) -> Option<PastedPerson> {
    let text = trim_separators(text);
    let (name, email) = if let Some((name, rest)) = text.split_once('<') {
        let (email, after) = rest.split_once('>').unwrap_or((rest, ""));
        if !trim_separators(after).is_empty() {
            return None;
        }
        (name, email)
    } else if let Some((email, rest)) = text.split_once('(') {
        (rest.trim_end_matches(')'), email)
    } else {
        ("", text)
    };
    let email = without_mailto(email.trim());
    let (local, domain) = email.split_once('@')?;
    let is_one = !domain.contains('@') && !email.contains(char::is_whitespace);
    if !is_one || local.is_empty() || domain.is_empty() {
        return None;
    }
    // Mail programs put the address in place of a name they do not know.
    let (first_name, last_name) = if name.contains('@') { (None, None) } else { split_name(name) };
    Some(PastedPerson { email, first_name, last_name })
}

fn trim_separators(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';'))
}

/// The address of a `mailto:` link (RFC 6068), without its subject and the like; another text as it is.
fn without_mailto(text: &str) -> String {
    match text.split_at_checked("mailto:".len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto:") => {
            let address = rest.split('?').next().unwrap_or_default();
            percent_decode_str(address).decode_utf8_lossy().into_owned()
        }
        _ => text.to_owned(),
    }
}

fn split_name(name: &str) -> (Option<String>, Option<String>) {
    // What can't be seen makes no word, or it would be taken for the last name.
    let name: String = name.chars().filter(|c| c.is_whitespace() || !is_unsafe(*c)).collect();
    let name = name.trim().trim_matches(['"', '\'']).trim();
    let some = |words: &[&str]| Some(words.join(" ")).filter(|part| !part.is_empty());
    let words = |text| str::split_whitespace(text).collect::<Vec<&str>>();
    if let Some((last, first)) = name.split_once(',') {
        return (some(&words(first)), some(&words(last)));
    }
    let words = words(name);
    // A last name begins at its particle: Ludwig van Beethoven.
    let is_particle = |word: &&str| word.starts_with(char::is_lowercase);
    let is_all_lower = words.iter().all(is_particle);
    let particle = words.iter().skip(1).position(is_particle).map(|at| at + 1).filter(|_| !is_all_lower);
    let last_word = words.len().saturating_sub(1).max(1);
    let at = particle.unwrap_or(last_word).min(words.len());
    let (first, last) = words.split_at(at);
    (some(first), some(last))
}

/// Names of rooms, not of people.
const NOBODY: &[&str] = &[
    "admin", "contact", "help", "hello", "hr", "info", "it", "mail", "no", "noreply", "office", "reply",
    "sales", "service", "support", "team", "test",
];

/// First and last name as the local part proposes them: `ann.lee` → Ann Lee. None where it
/// names no two words that look like names.
pub fn propose_names(address: &EmailAddress) -> Option<(String, String)> {
    let local = address.local_part().split('+').next().unwrap_or_default();
    let words: Vec<&str> = local.split(['.', '_']).filter(|word| !word.is_empty()).collect();
    let (last, first) = words.split_last()?;
    let is_name = |word: &&str| {
        word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\''))
            && !NOBODY.contains(&word.to_lowercase().as_str())
    };
    if first.is_empty() || !words.iter().all(is_name) || last.chars().count() < 2 {
        return None;
    }
    let first: Vec<String> = first.iter().map(|word| capitalised(word)).collect();
    Some((first.join(" "), capitalised(last)))
}

/// Every part of a name with a capital: `o'brien-smith` → `O'Brien-Smith`.
fn capitalised(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut at_start = true;
    for c in word.chars() {
        if at_start {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
        at_start = matches!(c, '-' | '\'');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pasted(text: &str) -> Option<(String, Option<String>, Option<String>)> {
        read_pasted(text).map(|person| (person.email, person.first_name, person.last_name))
    }

    #[test]
    fn a_pasted_person_fills_three_fields() {
        let ann = |email: &str| Some((email.to_owned(), Some("Ann".to_owned()), Some("Lee".to_owned())));
        assert_eq!(pasted("Ann Lee <ann.lee@example.org>"), ann("ann.lee@example.org"));
        assert_eq!(pasted("\"Lee, Ann\" <ann.lee@example.org>;"), ann("ann.lee@example.org"));
        assert_eq!(pasted("ann.lee@example.org (Ann Lee)"), ann("ann.lee@example.org"));
        assert_eq!(pasted("mailto:ann@example.org"), Some(("ann@example.org".to_owned(), None, None)));
        assert_eq!(
            pasted("Ana Maria Silva <a@x.org>"),
            Some(("a@x.org".to_owned(), Some("Ana Maria".to_owned()), Some("Silva".to_owned())))
        );
        assert_eq!(pasted("Ann \u{1b}Lee \u{202e}<ann.lee@example.org>"), ann("ann.lee@example.org"));
        assert_eq!(pasted("Cher <c@x.org>").and_then(|person| person.2), None);
        assert_eq!(
            pasted("Ludwig van Beethoven <l@x.org>"),
            Some(("l@x.org".to_owned(), Some("Ludwig".to_owned()), Some("van Beethoven".to_owned())))
        );
        assert_eq!(
            pasted("ann de lee <a@x.org>"),
            Some(("a@x.org".to_owned(), Some("ann de".to_owned()), Some("lee".to_owned())))
        );
    }

    #[test]
    fn an_address_alone_fills_one_field() {
        for text in [
            "ann@x.org",
            "  <ann@x.org>, ",
            "mailto:ann@x.org",
            "MAILTO:ann%40x.org?subject=Hi%20there",
            "\"ann@x.org\" <ann@x.org>",
        ] {
            assert_eq!(pasted(text), Some(("ann@x.org".to_owned(), None, None)), "{text}");
        }
    }

    #[test]
    fn no_address_or_several_are_nobody() {
        for text in [
            "nobody at all",
            "@",
            "ann@",
            "a@x.org,b@x.org",
            "a@x.org\nb@x.org",
            "Ann Lee <a@x.org>, Bo Ek <b@x.org>",
            "Ann Lee <a@x.org>\nBo Ek <b@x.org>",
        ] {
            assert_eq!(pasted(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_proposed_from_the_address() {
        let names = |text| propose_names(&EmailAddress::parse(text).unwrap());
        let is = |first: &str, last: &str| Some((first.to_owned(), last.to_owned()));
        assert_eq!(names("ann.lee@example.org"), is("Ann", "Lee"));
        assert_eq!(names("ana_maria.o'brien-smith+work@example.org"), is("Ana Maria", "O'Brien-Smith"));
        assert_eq!(names("zoë.ångström@example.org"), is("Zoë", "Ångström"));
        for nobody in
            ["info@x.org", "ann@x.org", "no.reply@x.org", "a1.b2@x.org", "ann.l@x.org", "123.456@x.org"]
        {
            assert_eq!(names(nobody), None, "{nobody}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_pasted(text in ".*") {
            if let Some(person) = read_pasted(&text) {
                prop_assert!(person.email.contains('@'));
            }
        }

        #[test]
        fn every_written_form_is_read(
            first in "[A-Z][a-z]{1,8}", last in "[A-Z][a-z]{1,8}", local in "[a-z.]{1,9}"
        ) {
            let email = format!("{local}@example.org");
            for text in [
                format!("{first} {last} <{email}>"),
                format!("\"{last}, {first}\" <{email}>;"),
                format!("{email} ({first} {last})"),
            ] {
                let wanted = Some((email.clone(), Some(first.clone()), Some(last.clone())));
                prop_assert_eq!(pasted(&text), wanted, "{}", text);
            }
        }
    }
}
