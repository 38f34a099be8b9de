//! Searching one list while somebody types.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use fuzzy_matcher::skim::SkimMatcherV2;

use super::index::{Entry, Index};
use super::score::{Query, matcher, score, score_with_slips};

/// How many texts are scored between two looks at whether to stop.
const STRIDE: usize = 1024;

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
    /// The best hits, best first; ties in the order of the list.
    pub hits: Vec<Hit>,
    /// How many texts fit in all.
    pub matched: usize,
}

/// Searches one list again and again. A longer query is looked for among the hits of the shorter
/// one; going back to a shorter one finds its hits remembered.
pub struct Finder {
    index: Arc<Index>,
    matcher: SkimMatcherV2,
    remembered: Vec<Remembered>,
}

struct Remembered {
    query: Query,
    limit: usize,
    fits: Vec<usize>,
    ranked: Ranked,
}

impl Finder {
    /// A finder in `index`.
    pub fn new(index: Arc<Index>) -> Self {
        Self { index, matcher: matcher(), remembered: Vec::new() }
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
    pub fn rank_unless(&mut self, typed: &str, limit: usize, stop: &dyn Fn() -> bool) -> Option<Ranked> {
        let query = Query::new(typed);
        if query.is_empty() {
            let hits = (0..self.index.len().min(limit)).map(|at| Hit { at, score: 0 }).collect();
            return Some(Ranked { hits, matched: self.index.len() });
        }
        self.remembered.retain(|old| query.narrows(&old.query));
        if let Some(same) = self.remembered.iter().find(|old| old.query == query && old.limit == limit) {
            return Some(same.ranked.clone());
        }
        let among = self.remembered.last().map(|old| old.fits.as_slice());
        let mut found = self.search(among, limit, stop, &|entry, matcher| score(matcher, entry, &query))?;
        if found.fits.is_empty() && query.may_slip() {
            found =
                self.search(None, limit, stop, &|entry, matcher| score_with_slips(matcher, entry, &query))?;
            return Some(found.ranked);
        }
        let ranked = found.ranked.clone();
        self.remembered.push(Remembered { query, limit, fits: found.fits, ranked: found.ranked });
        Some(ranked)
    }

    fn search(
        &self,
        among: Option<&[usize]>,
        limit: usize,
        stop: &dyn Fn() -> bool,
        scored: &dyn Fn(&Entry, &SkimMatcherV2) -> Option<i64>,
    ) -> Option<Found> {
        let mut best = BinaryHeap::with_capacity(limit + 1);
        let mut fits = Vec::new();
        let count = among.map_or(self.index.len(), <[usize]>::len);
        for step in 0..count {
            if step % STRIDE == 0 && stop() {
                return None;
            }
            let at = among.map_or(Some(step), |among| among.get(step).copied())?;
            let Some(entry) = self.index.get(at) else { continue };
            let Some(score) = scored(entry, &self.matcher) else { continue };
            fits.push(at);
            // The heap keeps its worst on top: the lowest score, then the longest, then the latest.
            best.push(Reverse((score, Reverse(entry.key.len()), Reverse(at))));
            if best.len() > limit {
                best.pop();
            }
        }
        let in_order = best.into_sorted_vec();
        let hits = in_order.into_iter().map(|Reverse((score, _, Reverse(at)))| Hit { at, score }).collect();
        let matched = fits.len();
        Some(Found { fits, ranked: Ranked { hits, matched } })
    }
}

struct Found {
    fits: Vec<usize>,
    ranked: Ranked,
}

#[cfg(test)]
mod tests {
    use super::*;
    use fuzzy_matcher::FuzzyMatcher;
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
    fn a_score_does_not_depend_on_what_was_scored_before() {
        let index = Arc::new(Index::new(["ac acca", "a a caaa"]));
        let mut typing = Finder::new(Arc::clone(&index));
        for typed in ["c", "cc"] {
            typing.rank(typed, 7);
        }
        assert_eq!(typing.rank("ccc", 7), Finder::new(index).rank("ccc", 7));
    }

    #[test]
    fn a_newer_key_stops_older_work() {
        let mut finder = Finder::new(Arc::new(Index::new(["abc"])));
        assert_eq!(finder.rank_unless("a", 5, &|| true), None);
    }

    proptest! {
        #[test]
        fn what_fits_is_what_the_matcher_finds(
            texts in prop::collection::vec("[a-d é]{0,12}", 0..40), typed in "[a-d]{1,3}"
        ) {
            let ranked = Finder::new(Arc::new(Index::new(&texts))).rank(&typed, 100);
            let plain = matcher();
            let folded = texts.iter().map(|text| crate::domain::search_key::fold(text));
            let fits = folded.filter(|key| plain.fuzzy_match(key, &typed).is_some()).count();
            prop_assert_eq!(ranked.matched, fits);
        }

        #[test]
        fn a_score_is_that_of_a_matcher_never_used_before(
            texts in prop::collection::vec("[a-c A-C]{0,10}", 1..20), typed in "[a-c]{1,4}"
        ) {
            let used = matcher();
            let query = Query::new(&typed);
            let index = Index::new(&texts);
            for entry in (0..index.len()).filter_map(|at| index.get(at)) {
                prop_assert_eq!(score(&used, entry, &query), score(&matcher(), entry, &query));
                prop_assert_eq!(
                    score_with_slips(&used, entry, &query),
                    score_with_slips(&matcher(), entry, &query)
                );
            }
        }

        #[test]
        fn typing_on_and_going_back_finds_the_same_as_afresh(
            texts in prop::collection::vec("[a-e ]{0,10}", 0..40), typed in "[a-e ]{1,5}"
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
