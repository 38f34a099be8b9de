//! The terminal itself: input bytes to keys, frames to output bytes, and restoration.
//!
//! Two pure halves, [`input::Decoder`] (bytes to keys) and [`output::Encoder`] (frame to bytes),
//! and around them what touches the real device: [`tty`], [`reader`], [`signals`], [`guard`] and
//! [`screen`]. On entry only the alternate screen and bracketed paste are asked for, and no query
//! is ever sent (DESIGN section 5, terminal contract), so that a dropped line leaves nothing
//! behind and no late answer is ever taken for typing. What a terminal can do is told by its name
//! ([`capabilities`]), how much a line carries is assumed ([`pace`]).

pub mod ascii;
pub mod canvas;
pub mod capabilities;
pub mod clipboard;
mod frames;
mod glyph;
pub mod guard;
pub mod input;
pub mod key;
mod key_table;
mod key_text;
pub mod modes;
mod motion;
pub mod output;
pub mod pace;
mod paste;
mod pen;
pub mod reader;
pub mod screen;
mod scroll;
mod shortest;
pub mod signals;
pub mod single;
pub mod tty;
mod writer;
