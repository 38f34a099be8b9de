//! Words and rules: what is true without HTTP, SQL or a screen. No async, no I/O.

pub mod email;
pub mod expiry;
pub mod person_name;
pub mod safe_text;
