//! What the ranking needs of the program beside itself.

#[path = "../../../src/domain/search_key.rs"]
pub mod search_key;
