//! From invitation to active user: mail, links, pages, codes (DESIGN R7 to R11, R13).

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on has failed")]

#[path = "support/database.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod database;
#[path = "support/desk.rs"]
mod desk;
#[path = "support/smtp_sink.rs"]
mod smtp_sink;

#[path = "registration/delivery.rs"]
mod delivery;
#[path = "registration/invitation_page.rs"]
mod invitation_page;
#[path = "registration/letters.rs"]
mod letters;
#[path = "registration/verification_page.rs"]
mod verification_page;
