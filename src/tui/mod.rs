//! The interactive program: state → update → view. Effects are data; `runtime` performs them.

mod about;
pub mod app;
mod call;
pub mod catalogue;
pub mod context;
pub mod draft;
pub mod effect;
pub mod footer;
pub mod header;
pub mod keymap;
mod live;
pub mod long;
pub mod manage;
pub mod messages;
pub mod msg;
pub mod outbox;
pub mod parts;
pub mod popups;
pub mod remote;
pub mod runtime;
pub mod screens;
pub mod table;
pub mod theme;
