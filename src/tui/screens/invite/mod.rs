//! The invite form (DESIGN R2): one screen, nothing typed is ever lost, the next one at once.

mod added;
mod check;
mod field;
mod form;
mod keys;
mod people;
mod pick_field;
mod roles;
mod send;
mod state;
mod update;
mod view;

pub use keys::Action;
pub use state::State;
