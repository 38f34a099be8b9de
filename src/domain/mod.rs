//! Words and rules: what is true without HTTP, SQL or a screen. No async, no I/O.

pub mod catalogue_name;
pub mod clock;
pub mod email;
pub mod enrolment;
pub mod entropy;
pub mod expiry;
pub mod gram;
pub mod ids;
pub mod invitation;
pub mod managing;
pub mod password;
pub mod pasted_person;
pub mod person_name;
pub mod policy;
pub mod role;
pub mod safe_text;
pub mod search_key;
pub mod slip;
pub mod slug;
pub mod status;
pub mod unit_tree;
