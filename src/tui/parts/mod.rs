//! Parts of screens that know nothing of users or invitations.

pub mod line_edit;
pub mod text;
