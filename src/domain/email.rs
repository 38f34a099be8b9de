//! Addresses: what is accepted, and the one key by which they are compared (DESIGN R3).

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::safe_text::is_unsafe;

/// Longest local part, in bytes (RFC 5321 section 4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// Longest address, in bytes (RFC 5321 section 4.5.3.1.3, less the brackets).
const MAX_ADDRESS: usize = 254;
/// What the WHATWG grammar of `input type=email` allows in a local part besides letters and digits.
const LOCAL_SIGNS: &str = ".!#$%&'*+/=?^_`{|}~-";

/// An address: kept as typed for show and sending, compared by its key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct EmailAddress {
    typed: String,
    key: String,
}

/// Why an address is not accepted, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing was typed.
    #[error("type the email address")]
    Empty,
    /// No `@`.
    #[error("add the part after the name, for example @example.org")]
    NoAt,
    /// More than one `@`.
    #[error("leave only one @")]
    SeveralAts,
    /// Nothing before the `@`.
    #[error("add the name before the @")]
    NoLocalPart,
    /// The local part stands in quotes.
    #[error("leave out the quotation marks: quoted addresses are not taken")]
    Quoted,
    /// A character that no address holds.
    #[error("take out {}", named(*.0))]
    BadCharacter(char),
    /// The domain has no dot.
    #[error("complete the domain after the @, for example example.org")]
    NoDotInDomain,
    /// The domain can't exist.
    #[error("check the domain after the @: it can't exist as written")]
    BadDomain,
    /// Too long for mail.
    #[error("shorten the address: mail allows 64 bytes before the @ and 254 in all")]
    TooLong,
}

fn named(c: char) -> String {
    if c == ' ' {
        "the blank".to_owned()
    } else if is_unsafe(c) || c.is_whitespace() {
        format!("the invisible character U+{:04X}", u32::from(c))
    } else {
        format!("the character {c}")
    }
}

impl EmailError {
    /// The name for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "required",
            Self::NoAt => "no_at",
            Self::SeveralAts => "several_ats",
            Self::NoLocalPart => "no_local_part",
            Self::Quoted => "quoted",
            Self::BadCharacter(_) => "bad_character",
            Self::NoDotInDomain => "no_dot_in_domain",
            Self::BadDomain => "bad_domain",
            Self::TooLong => "too_long",
        }
    }
}

impl EmailAddress {
    /// Reads an address. Blanks around it are not part of it.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let typed: String = text.trim().nfc().collect();
        if typed.is_empty() {
            return Err(EmailError::Empty);
        }
        let Some((local, domain)) = typed.rsplit_once('@') else { return Err(EmailError::NoAt) };
        check_local(local)?;
        let ascii_domain = check_domain(domain)?;
        let key_local: String = local.to_lowercase().nfc().collect();
        // Lower case and A-labels can be longer than what was typed, and a key is an address too.
        let local_bytes = local.len().max(key_local.len());
        if local_bytes > MAX_LOCAL || local_bytes + 1 + ascii_domain.len().max(domain.len()) > MAX_ADDRESS {
            return Err(EmailError::TooLong);
        }
        let key = format!("{key_local}@{ascii_domain}");
        Ok(Self { typed, key })
    }

    /// The address as typed.
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// What it is compared by, everywhere: NFC, lower case, domain as A-labels.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What stands before the `@`.
    pub fn local_part(&self) -> &str {
        self.typed.rsplit_once('@').map_or(self.typed.as_str(), |(local, _)| local)
    }
}

fn check_local(local: &str) -> Result<(), EmailError> {
    if local.is_empty() {
        return Err(EmailError::NoLocalPart);
    }
    if local.starts_with('"') {
        return Err(EmailError::Quoted);
    }
    for c in local.chars() {
        let fits =
            if c.is_ascii() { c.is_ascii_alphanumeric() || LOCAL_SIGNS.contains(c) } else { fits_unicode(c) };
        match c {
            '@' => return Err(EmailError::SeveralAts),
            _ if !fits => return Err(EmailError::BadCharacter(c)),
            _ => {}
        }
    }
    Ok(())
}

/// Internationalised addresses (RFC 6531) hold letters, digits and marks of any script.
fn fits_unicode(c: char) -> bool {
    !is_unsafe(c) && (c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c))
}

/// The domain as lower-case A-labels.
fn check_domain(domain: &str) -> Result<String, EmailError> {
    if let Some(c) = domain.chars().find(|c| is_unsafe(*c) || c.is_whitespace()) {
        return Err(EmailError::BadCharacter(c));
    }
    // Hyphens are checked below: the grammar of WHATWG takes `ab--cd.example`, which the strict
    // check of `idna` does not.
    let ascii = Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::Allow, DnsLength::Ignore)
        .map_err(|_| EmailError::BadDomain)?;
    let ascii = ascii.into_owned();
    if !ascii.contains('.') {
        return Err(EmailError::NoDotInDomain);
    }
    let label_fits =
        |label: &str| (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-');
    let last_is_a_name =
        ascii.rsplit('.').next().is_some_and(|label| !label.chars().all(|c| c.is_ascii_digit()));
    if ascii.split('.').all(label_fits) && last_is_a_name { Ok(ascii) } else { Err(EmailError::BadDomain) }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for EmailAddress {}

impl Hash for EmailAddress {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.typed)
    }
}

impl FromStr for EmailAddress {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.typed
    }
}

impl JsonSchema for EmailAddress {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EmailAddress".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "email" })
    }
}

/// Domains that people mean when they mistype them. None is so short that a slip away from it lie
/// other people's domains: `web.de` would cast doubt on `web.dk`.
const COMMON_DOMAINS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "hotmail.co.uk",
    "yahoo.com",
    "yahoo.co.uk",
    "icloud.com",
    "protonmail.com",
    "t-online.de",
    "freenet.de",
    "example.org",
];

/// Domains of their own, although one slip away from a common one.
const NO_SLIPS: &[&str] = &["mail.com", "ymail.com", "email.com", "cloud.com"];

/// Endings that no domain has, and what was meant.
const MISTYPED_ENDINGS: &[(&str, &str)] = &[
    (".con", ".com"),
    (".cmo", ".com"),
    (".ocm", ".com"),
    (".comm", ".com"),
    (".ogr", ".org"),
    (".nte", ".net"),
];

/// The address that was probably meant, where the domain is one slip away from a common one
/// (`gmial.com`) or ends as none does (`.con`). To be pointed out, never put in by itself
/// (DESIGN R3).
pub fn likely_slip(address: &EmailAddress) -> Option<String> {
    let (_, domain) = address.key.rsplit_once('@')?;
    if COMMON_DOMAINS.contains(&domain) || NO_SLIPS.contains(&domain) {
        return None;
    }
    let near = |common: &&&str| strsim::osa_distance(common, domain) == 1;
    let ended = || {
        let mut endings = MISTYPED_ENDINGS.iter();
        endings.find_map(|(wrong, right)| Some(format!("{}{right}", domain.strip_suffix(wrong)?)))
    };
    let meant = COMMON_DOMAINS.iter().find(near).map(|common| (*common).to_owned()).or_else(ended)?;
    Some(format!("{}@{meant}", address.local_part()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn r3_what_is_accepted_and_its_key() {
        for (typed, key) in [
            ("Ann.Lee@Example.ORG", "ann.lee@example.org"),
            (" ann@example.org ", "ann@example.org"),
            ("o'brien+tag@example.co.uk", "o'brien+tag@example.co.uk"),
            ("zoë@bücher.example", "zoë@xn--bcher-kva.example"),
            ("ZOË@BÜCHER.example", "zoë@xn--bcher-kva.example"),
            ("zoe\u{308}@example.org", "zoë@example.org"),
            ("用户@例え.jp", "用户@xn--r8jz45g.jp"),
            ("a!#$%&'*+/=?^_`{|}~-b@example.org", "a!#$%&'*+/=?^_`{|}~-b@example.org"),
            ("ann@ab--cd.example", "ann@ab--cd.example"),
        ] {
            assert_eq!(EmailAddress::parse(typed).map(|a| a.key), Ok(key.to_owned()), "{typed}");
        }
    }

    #[test]
    fn r3_dots_and_plus_signs_are_not_folded() {
        let parse = |text| EmailAddress::parse(text).unwrap();
        assert_ne!(parse("a.b@gmail.com"), parse("ab@gmail.com"));
        assert_ne!(parse("ab+x@gmail.com"), parse("ab@gmail.com"));
        assert_eq!(parse("AB@gmail.com"), parse("ab@GMAIL.com"));
    }

    #[test]
    fn r3_what_is_refused_and_why() {
        for (typed, why) in [
            ("", EmailError::Empty),
            ("ann", EmailError::NoAt),
            ("ann@@example.org", EmailError::SeveralAts),
            ("@example.org", EmailError::NoLocalPart),
            ("\"ann lee\"@example.org", EmailError::Quoted),
            ("ann lee@example.org", EmailError::BadCharacter(' ')),
            ("ann,lee@example.org", EmailError::BadCharacter(',')),
            ("an\u{1b}n@example.org", EmailError::BadCharacter('\u{1b}')),
            ("an\u{202e}n@example.org", EmailError::BadCharacter('\u{202e}')),
            ("ann@example\u{200b}.org", EmailError::BadCharacter('\u{200b}')),
            ("ann@", EmailError::NoDotInDomain),
            ("ann@localhost", EmailError::NoDotInDomain),
            ("ann@example..org", EmailError::BadDomain),
            ("ann@example.org.", EmailError::BadDomain),
            ("ann@-example.org", EmailError::BadDomain),
            ("ann@example-.org", EmailError::BadDomain),
            ("ann@xn--.org", EmailError::BadDomain),
            ("ann@[127.0.0.1]", EmailError::BadDomain),
            ("ann@127.0.0.1", EmailError::BadDomain),
            ("ann@exam_ple.org", EmailError::BadDomain),
        ] {
            assert_eq!(EmailAddress::parse(typed).map(|a| a.key), Err(why), "{typed:?}");
        }
        let long = format!("{}@example.org", "x".repeat(65));
        assert_eq!(EmailAddress::parse(&long), Err(EmailError::TooLong));
        let longer_in_lower_case = format!("{}@example.org", "İ".repeat(32));
        assert_eq!(EmailAddress::parse(&longer_in_lower_case), Err(EmailError::TooLong));
        let long_label = format!("ann@{}.org", "x".repeat(64));
        assert_eq!(EmailAddress::parse(&long_label), Err(EmailError::BadDomain));
        let long_domain = format!("ann@{}org", "x.".repeat(125));
        assert_eq!(EmailAddress::parse(&long_domain), Err(EmailError::TooLong));
    }

    #[test]
    fn r3_a_likely_slip_is_pointed_out() {
        let slip = |text: &str| likely_slip(&EmailAddress::parse(text).unwrap());
        assert_eq!(slip("Ann@gmial.com"), Some("Ann@gmail.com".to_owned()));
        assert_eq!(slip("ann@hotmial.com"), Some("ann@hotmail.com".to_owned()));
        assert_eq!(slip("ann@gmail.con"), Some("ann@gmail.com".to_owned()));
        assert_eq!(slip("ann@northwind.con"), Some("ann@northwind.com".to_owned()));
        for right in
            ["gmail.com", "northwind.example", "mail.com", "ymail.com", "line.com", "web.dk", "gmx.be"]
        {
            assert_eq!(slip(&format!("ann@{right}")), None, "{right}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fail_otherwise(text in "\\PC*|.*") {
            if let Ok(address) = EmailAddress::parse(&text) {
                let again = EmailAddress::parse(address.key()).unwrap();
                prop_assert_eq!(again.key(), address.key());
                prop_assert!(!address.as_str().chars().any(is_unsafe));
            }
        }

        #[test]
        fn case_does_not_count(local in "[a-z0-9.+-]{1,20}", domain in "[a-z]{1,10}\\.[a-z]{2,5}") {
            let text = format!("{local}@{domain}");
            prop_assert_eq!(EmailAddress::parse(&text), EmailAddress::parse(&text.to_uppercase()));
        }
    }
}
