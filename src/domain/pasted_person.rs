//! People as they are pasted, and names as addresses propose them.

use super::email::EmailAddress;

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
/// `mailto:…` or a bare address; `None` where no address stands.
pub fn read_pasted(text: &str) -> Option<PastedPerson> {
    let text = text.trim().trim_end_matches([',', ';']).trim();
    let (name, email) = if let Some((name, rest)) = text.split_once('<') {
        (name, rest.split_once('>').map_or(rest, |(email, _)| email))
    } else if let Some((email, rest)) = text.split_once('(') {
        (rest.trim_end_matches(')'), email)
    } else {
        ("", text)
    };
    let email = email.trim();
    let email = email.strip_prefix("mailto:").unwrap_or(email);
    if !email.contains('@') || email.contains(char::is_whitespace) {
        return None;
    }
    let (first_name, last_name) = split_name(name);
    Some(PastedPerson { email: email.to_owned(), first_name, last_name })
}

fn split_name(name: &str) -> (Option<String>, Option<String>) {
    let name = name.trim().trim_matches(['"', '\'']).trim();
    let some = |part: &str| Some(part.trim().to_owned()).filter(|part| !part.is_empty());
    if let Some((last, first)) = name.split_once(',') {
        return (some(first), some(last));
    }
    match name.rsplit_once(char::is_whitespace) {
        Some((first, last)) => (some(first), some(last)),
        None => (some(name), None),
    }
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
        assert_eq!(pasted("Cher <c@x.org>").and_then(|person| person.2), None);
        assert_eq!(pasted("nobody at all"), None);
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
    }
}
