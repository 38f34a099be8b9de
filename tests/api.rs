//! The workspace API over real HTTP: its rules, its contract, and what hostile callers get.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can't go on has failed"
)]

#[path = "support/academy.rs"]
mod academy;
#[path = "support/database.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod database;

#[path = "api/contract.rs"]
mod contract;
#[path = "api/form.rs"]
mod form;
#[path = "api/hostile.rs"]
mod hostile;
#[path = "api/instances.rs"]
mod instances;
#[path = "api/known.rs"]
mod known;
#[path = "api/link.rs"]
mod link;
#[path = "api/lists.rs"]
mod lists;
#[path = "manage/mod.rs"]
mod manage;
#[path = "api/pages.rs"]
mod pages;
#[path = "api/scope.rs"]
mod scope;
#[path = "api/sending.rs"]
mod sending;
#[path = "api/set_up.rs"]
mod set_up;
#[path = "api/whole_lists.rs"]
mod whole_lists;
#[path = "api/wire.rs"]
mod wire;
