//! See the crate's map.

pub mod canvas;
pub mod capabilities;
pub mod key;
