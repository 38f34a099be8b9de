//! What only a real PostgreSQL server shows: outages, collisions, TLS, news between programs.
//!
//! They need `TEST_POSTGRES_URL`, and fail without it: `cargo test --test postgres -- --ignored`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on has failed"
)]

#[path = "support/academy.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod academy;
#[path = "support/database.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod database;
#[path = "support/pg_server.rs"]
mod pg_server;

#[path = "postgres/collisions.rs"]
mod collisions;
#[path = "postgres/news.rs"]
mod news;
#[path = "postgres/outages.rs"]
mod outages;
#[path = "postgres/tls.rs"]
mod tls;
