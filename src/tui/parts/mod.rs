//! Parts of screens that know nothing of users or invitations.

pub mod ago;
pub mod chips;
pub mod highlight;
pub mod line_edit;
pub mod text;
