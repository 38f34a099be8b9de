//! admit
fn main() {}
