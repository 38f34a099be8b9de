//! The workspace server: store, mail, registration pages.

pub mod store;
