//! admit: invite and manage the people of a learning workspace from the terminal.
//!
//! The layers, each seeing only those to its left; `tests/architecture.rs` holds the directions:
//!
//! ```text
//! domain  <-  api  <-  client  <-  tui, cli  <-  program    main may use everything;
//!                  \-  server            <-  program    nothing uses program or main
//! fuzzy (ranking only, no I/O)  <-  tui
//! terminal (bytes <-> keys and frames)  <-  tui
//! ```
//!
//! - [`domain`]: words and rules; no I/O.
//! - [`api`]: the contract of the workspace API: routes, requests, answers, problems.
//! - [`client`]: the typed client of that contract, behind the trait `WorkspaceApi`.
//! - [`server`]: the workspace server: store, mail, registration pages.
//! - [`fuzzy`]: ranking of lists by what was typed.
//! - [`terminal`]: the terminal itself: input bytes to keys, frames to output bytes, restoration.
//! - [`tui`]: the interactive program: state, update, view.
//! - [`cli`]: the headless commands.
//! - [`program`]: config, profiles, the embedded server, and what each command is given.

pub mod api;
pub mod cli;
pub mod client;
pub mod domain;
pub mod fuzzy;
pub mod program;
pub mod server;
pub mod terminal;
pub mod tui;
