//! The engines, each behind one door: a key comes, the best and the exact count go.

use std::sync::Arc;

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use nucleo::Nucleo;
use nucleo::pattern::{CaseMatching, Normalization};

use crate::fuzzy::{Finder, Index, Ranked};

/// What an engine shows after a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Places in the list, best first.
    pub top: Vec<usize>,
    /// How many fit.
    pub matched: usize,
}

impl From<Ranked> for Answer {
    fn from(ranked: Ranked) -> Self {
        Self { top: ranked.hits.iter().map(|hit| hit.at).collect(), matched: ranked.matched }
    }
}

/// An engine, with the list in it.
pub trait Engine {
    fn name(&self) -> &'static str;
    /// What is shown for `typed`, the key before having shown what it did.
    fn key(&mut self, typed: &str, limit: usize) -> Answer;
    /// The list as at the start, with nothing remembered.
    fn forget(&mut self);
}

pub struct Admit(pub Finder);

impl Admit {
    pub fn new(index: Arc<Index>) -> Self {
        Self(Finder::new(index))
    }
}

impl Engine for Admit {
    fn name(&self) -> &'static str {
        "admit"
    }

    fn key(&mut self, typed: &str, limit: usize) -> Answer {
        self.0.rank(typed, limit).into()
    }

    fn forget(&mut self) {
        self.0 = Finder::new(Arc::clone(self.0.index()));
    }
}

pub struct Helix {
    nucleo: Nucleo<usize>,
    typed: String,
}

impl Helix {
    /// As the editor uses it, with two workers.
    pub fn new(titles: &[String]) -> Self {
        let nucleo = Nucleo::new(nucleo::Config::DEFAULT, Arc::new(|| ()), Some(2), 1);
        let injector = nucleo.injector();
        for (at, title) in titles.iter().enumerate() {
            injector.push(at, |_, columns| columns[0] = title.as_str().into());
        }
        let mut helix = Self { nucleo, typed: String::new() };
        helix.forget();
        helix
    }

    fn settle(&mut self) {
        while self.nucleo.tick(60_000).running {}
    }

    fn reparse(&mut self, typed: &str) {
        let is_longer = typed.starts_with(&self.typed);
        self.nucleo.pattern.reparse(0, typed, CaseMatching::Ignore, Normalization::Smart, is_longer);
        typed.clone_into(&mut self.typed);
    }
}

impl Engine for Helix {
    fn name(&self) -> &'static str {
        "nucleo"
    }

    fn key(&mut self, typed: &str, limit: usize) -> Answer {
        self.reparse(typed);
        self.settle();
        let snapshot = self.nucleo.snapshot();
        let matched = snapshot.matched_item_count();
        let shown = snapshot.matched_items(0..matched.min(u32::try_from(limit).unwrap()));
        Answer { top: shown.map(|item| *item.data).collect(), matched: matched as usize }
    }

    fn forget(&mut self) {
        self.reparse("");
        self.settle();
    }
}

pub struct Frizbee(pub Arc<Vec<String>>);

impl Engine for Frizbee {
    fn name(&self) -> &'static str {
        "frizbee"
    }

    fn key(&mut self, typed: &str, limit: usize) -> Answer {
        let found = frizbee_list::search(&self.0, typed, 2);
        Answer { top: found.iter().take(limit).map(|hit| hit.index as usize).collect(), matched: found.len() }
    }

    fn forget(&mut self) {}
}

/// The crate alone: the whole string is the pattern, every title is scored, all are sorted.
pub struct Skim {
    titles: Arc<Vec<String>>,
    matchers: [SkimMatcherV2; 2],
}

impl Skim {
    pub fn new(titles: Arc<Vec<String>>) -> Self {
        let matcher = || SkimMatcherV2::default().ignore_case();
        Self { titles, matchers: [matcher(), matcher()] }
    }
}

impl Engine for Skim {
    fn name(&self) -> &'static str {
        "fuzzy-matcher"
    }

    fn key(&mut self, typed: &str, limit: usize) -> Answer {
        let half = self.titles.len().div_ceil(2);
        let mut fits: Vec<(i64, usize)> = std::thread::scope(|scope| {
            let parts = self.titles.chunks(half).zip(&self.matchers).enumerate();
            let parts: Vec<_> = parts
                .map(|(part, (titles, matcher))| {
                    scope.spawn(move || {
                        let scored = titles.iter().enumerate();
                        let scored = scored.filter_map(|(at, title)| {
                            Some((matcher.fuzzy_match(title, typed)?, part * half + at))
                        });
                        scored.collect::<Vec<_>>()
                    })
                })
                .collect();
            parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
        });
        fits.sort_unstable_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
        let matched = fits.len();
        Answer { top: fits.into_iter().take(limit).map(|(_, at)| at).collect(), matched }
    }

    fn forget(&mut self) {}
}
