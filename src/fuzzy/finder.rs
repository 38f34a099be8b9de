//! Searching one list while somebody types.

use std::sync::Arc;

use super::index::Index;
use super::query::Query;
use super::search::{Found, Search};

/// A text that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its place in the list.
    pub at: usize,
    /// The better it fits the larger.
    pub score: i64,
}

/// The best of what fits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranked {
    /// The best hits, best first; of two that fit as well the shorter, then the earlier one.
    pub hits: Vec<Hit>,
    /// How many texts fit in all.
    pub matched: usize,
}

/// Searches one list again and again. A longer query is looked for among the hits of the shorter
/// one; going back to a shorter one finds its hits remembered.
pub struct Finder {
    index: Arc<Index>,
    remembered: Vec<Remembered>,
}

struct Remembered {
    query: Query,
    limit: usize,
    /// A bit for each text of the list, set where it fits without a slip.
    fits: Vec<u64>,
    ranked: Ranked,
}

impl Finder {
    /// A finder in `index`.
    pub fn new(index: Arc<Index>) -> Self {
        Self { index, remembered: Vec::new() }
    }

    /// The list.
    pub fn index(&self) -> &Arc<Index> {
        &self.index
    }

    /// The `limit` best texts for `typed`; with nothing typed, the first ones.
    pub fn rank(&mut self, typed: &str, limit: usize) -> Ranked {
        self.rank_unless(typed, limit, &|| false).unwrap_or_default()
    }

    /// The same; `None` as soon as `stop` says so, because a newer key made this one's answer useless.
    /// It is asked many times in a millisecond, by every thread that searches.
    pub fn rank_unless(
        &mut self,
        typed: &str,
        limit: usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Option<Ranked> {
        let query = Query::new(typed);
        if query.is_empty() {
            let hits = (0..self.index.len().min(limit)).map(|at| Hit { at, score: 0 }).collect();
            return Some(Ranked { hits, matched: self.index.len() });
        }
        self.remembered.retain(|old| query.narrows(&old.query));
        let is_same = |old: &&Remembered| old.query.text == query.text && old.limit == limit;
        if let Some(same) = self.remembered.iter().find(is_same) {
            return Some(same.ranked.clone());
        }
        let search = Search { index: &self.index, query: &query, limit, stop };
        let wider = self.remembered.last().map(|old| (&old.query, old.fits.as_slice()));
        let Found { fits, mut ranked } = search.run(wider)?;
        if ranked.matched == 0 && query.may_slip() {
            ranked = search.run_with_slips()?.ranked;
        }
        self.remembered.push(Remembered { query, limit, fits, ranked: ranked.clone() });
        Some(ranked)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::fuzzy::plain::Plain;
    use proptest::prelude::*;

    fn best(texts: &[&str], typed: &str) -> Vec<String> {
        let mut finder = Finder::new(Arc::new(Index::new(texts)));
        finder.rank(typed, 5).hits.iter().map(|hit| texts[hit.at].to_owned()).collect()
    }

    #[test]
    fn accents_case_and_order_of_words_do_not_count() {
        let texts = ["José García", "Joseph Garner", "Straße nach Łódź", "Bo Smithers"];
        assert_eq!(best(&texts, "jose")[0], "José García");
        assert_eq!(best(&texts, "GARCIA jose"), ["José García"]);
        assert_eq!(best(&texts, "strasse lodz"), ["Straße nach Łódź"]);
    }

    #[test]
    fn beginnings_of_words_come_first_and_ties_keep_the_order() {
        let texts = ["Roman history", "Emergency manuals", "Manual handling", "Managing remote teams"];
        assert_eq!(best(&texts, "man")[..2], ["Manual handling", "Managing remote teams"]);
        assert_eq!(best(&["b two", "a two"], "two"), ["b two", "a two"]);
        assert_eq!(best(&["Fire safety 2027", "Fire"], "fire")[0], "Fire");
        let units =
            ["Operations › Yorkshire", "Operations › Yorkshire › Leeds", "Operations › Yorkshire › York"];
        assert_eq!(best(&units, "york")[0], "Operations › Yorkshire › York");
    }

    #[test]
    fn a_capital_within_a_word_begins_another_one() {
        let texts = [
            "Adjusting to Change",
            "Jobs",
            "Judges",
            "Happy People",
            "Applied Physics",
            "Highlights",
            "Ghent",
            "JavaScript",
            "PowerPoint",
            "GitHub",
            "DÉJÀ SU",
            "Javascript",
        ];
        for (typed, meant) in [("js", "JavaScript"), ("pp", "PowerPoint"), ("powpoi", "PowerPoint")] {
            assert_eq!(best(&texts, typed)[0], meant, "{typed}");
        }
        assert_eq!(best(&texts, "gh")[..2], ["Ghent", "GitHub"]);
        assert_eq!(best(&["Javascript", "JavaScript"], "javascript"), ["Javascript", "JavaScript"]);
    }

    #[test]
    fn words_in_capitals_have_no_other_within_them() {
        let ranked = |texts: [&str; 2]| Finder::new(Arc::new(Index::new(texts))).rank("hm", 5);
        assert_eq!(ranked(["HTML5 AND CSS", "HUMAN FACTORS"]), ranked(["html5 and css", "human factors"]));
    }

    #[test]
    fn what_was_typed_is_found_however_many_texts_have_its_words_in_a_better_order() {
        let mut texts = vec!["b a"; 100];
        texts.push("a b b");
        assert_eq!(best(&texts, "a b b")[0], "a b b");
    }

    #[test]
    fn one_slip_is_forgiven_when_nothing_else_fits() {
        let texts = ["Fire safety", "First aid", "Manual handling"];
        assert_eq!(best(&texts, "saftey"), ["Fire safety"]);
        assert_eq!(best(&texts, "manaul"), ["Manual handling"]);
        assert_eq!(best(&texts, "zzzz"), Vec::<String>::new());
        assert_eq!(best(&texts, "xir"), Vec::<String>::new());
    }

    #[test]
    fn nothing_typed_shows_the_first() {
        let mut finder = Finder::new(Arc::new(Index::new(["a", "b", "c"])));
        let ranked = finder.rank("  ", 2);
        assert_eq!((ranked.hits.len(), ranked.matched), (2, 3));
    }

    #[test]
    fn a_list_long_enough_for_two_threads_is_ranked_as_a_short_one() {
        let parts = ["safety", "Manual", "García", "at sea", "handling", "for Łódź", "first-aid", "SciFi"];
        let texts: Vec<String> =
            (0..17_000).map(|n| format!("{} Fire {n}", parts[n % parts.len()])).collect();
        let mut finder = Finder::new(Arc::new(Index::new(&texts)));
        assert_eq!(finder.rank("fi", 20), Plain::new(&texts).rank("fi", 20));
        let slips = finder.rank("manaul", 3);
        let with_manual = texts.iter().filter(|text| text.contains("Manual")).count();
        assert_eq!((slips.matched, slips.hits[0].score), (with_manual, 1));
    }

    #[test]
    fn work_that_has_begun_is_stopped() {
        let mut finder = Finder::new(Arc::new(Index::new(vec!["abc"; 60_000])));
        let asked = AtomicUsize::new(0);
        let stop = || asked.fetch_add(1, Ordering::Relaxed) >= 50;
        assert_eq!(finder.rank_unless("ac", 5, &stop), None);
        assert_eq!(finder.rank("ac", 5).matched, 60_000);
    }

    #[test]
    fn a_newer_key_stops_older_work() {
        let mut finder = Finder::new(Arc::new(Index::new(["abc"])));
        assert_eq!(finder.rank_unless("a", 5, &|| true), None);
    }

    proptest! {
        #[test]
        fn the_ranking_is_the_matchers_with_the_bonuses(
            texts in prop::collection::vec(
                prop_oneof![9 => "[a-dA-D1 éßÆ./›-]{0,14}", 1 => "[a-dA-D éx.-]{50,140}"], 0..90
            ),
            typed in prop_oneof![9 => "[a-d1.é-]{1,4}( [a-d]{1,3}){0,2}", 1 => "[ab]{14,18}"], limit in 0_usize..12
        ) {
            let ranked = Finder::new(Arc::new(Index::new(&texts))).rank(&typed, limit);
            let plain = Plain::new(&texts).rank(&typed, limit);
            // Where nothing fits, slips are forgiven, which the plain ranking knows nothing of.
            if plain.matched > 0 || ranked.matched == 0 {
                prop_assert_eq!(ranked, plain);
            }
        }

        #[test]
        fn typing_on_and_going_back_finds_the_same_as_afresh(
            texts in prop::collection::vec("[a-eA-E ]{0,10}", 0..40), typed in "[a-e ]{1,5}"
        ) {
            let index = Arc::new(Index::new(&texts));
            let mut finder = Finder::new(Arc::clone(&index));
            let ends = (1..=typed.len()).chain((1..typed.len()).rev());
            for end in ends {
                let afresh = Finder::new(Arc::clone(&index)).rank(&typed[..end], 7);
                prop_assert_eq!(finder.rank(&typed[..end], 7), afresh);
            }
        }
    }
}
