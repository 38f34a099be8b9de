//! frizbee over a list of strings.

use frizbee::{Config, Match, Matcher};

/// What fits `typed`, best first, searched for by `threads`.
pub fn search(list: &[String], typed: &str, threads: usize) -> Vec<Match> {
    Matcher::from_query(typed, &Config::default()).match_list_parallel(list, threads)
}
