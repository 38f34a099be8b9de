//! What the terminal can show.

/// How many colours the terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColourDepth {
    /// None.
    None,
    /// The terminal's own sixteen.
    Sixteen,
}
