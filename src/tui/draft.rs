//! What is kept of an unfinished form.

/// What is kept of an unfinished form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {}
