//! Ranking beside the loop: one thread, which remembers the searches in the list that it ranked last.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use tokio::sync::mpsc::Sender;

use crate::fuzzy::{Finder, Index};
use crate::tui::effect::{Ranking, Ticket};
use crate::tui::msg::Msg;

/// The thread, and what it is to do.
pub(super) struct Ranker {
    answers: Sender<Msg>,
    /// Nothing before there is something to rank.
    jobs: Option<mpsc::Sender<Job>>,
    /// What tells the thread that an answer is wanted no longer.
    stops: BTreeMap<Ticket, Arc<AtomicBool>>,
}

enum Job {
    Rank(Ticket, Ranking, Arc<AtomicBool>),
    Forget,
}

impl Ranker {
    /// A ranker that sends its `answers` there.
    pub fn new(answers: Sender<Msg>) -> Self {
        Self { answers, jobs: None, stops: BTreeMap::new() }
    }

    /// Ranks; the answer comes as `Msg::Ranked`.
    pub fn rank(&mut self, ticket: Ticket, ranking: Ranking) {
        let stop = Arc::<AtomicBool>::default();
        self.stops.insert(ticket, Arc::clone(&stop));
        let jobs = self.jobs.get_or_insert_with(|| {
            let (jobs, receiver) = mpsc::channel();
            let answers = self.answers.clone();
            std::thread::spawn(move || work(&receiver, &answers));
            jobs
        });
        // The thread ends only with this.
        drop(jobs.send(Job::Rank(ticket, ranking, stop)));
    }

    /// An answer came; whether it is still wanted.
    pub fn answered(&mut self, ticket: Ticket) -> bool {
        self.stops.remove(&ticket).is_some()
    }

    /// Stops a ranking whose answer nobody wants any more.
    pub fn cancel(&mut self, ticket: Ticket) {
        if let Some(stop) = self.stops.remove(&ticket) {
            stop.store(true, Ordering::Relaxed);
        }
    }

    /// Forgets the searches, and the list that they were in.
    pub fn forget(&self) {
        if let Some(jobs) = &self.jobs {
            drop(jobs.send(Job::Forget));
        }
    }
}

impl Drop for Ranker {
    fn drop(&mut self) {
        self.stops.values().for_each(|stop| stop.store(true, Ordering::Relaxed));
    }
}

fn work(jobs: &mpsc::Receiver<Job>, answers: &Sender<Msg>) {
    let mut last: Option<(Arc<Index>, Finder)> = None;
    for job in jobs {
        let Job::Rank(ticket, ranking, stop) = job else {
            last = None;
            continue;
        };
        let stopped = || stop.load(Ordering::Relaxed);
        if stopped() {
            continue;
        }
        let index = ranking.list.index();
        let is_same = last.as_ref().is_some_and(|(known, _)| Arc::ptr_eq(known, index));
        if !is_same {
            last = Some((Arc::clone(index), Finder::new(Arc::clone(index))));
        }
        let Some((_, finder)) = &mut last else { continue };
        if let Some(ranked) = finder.rank_unless(&ranking.typed, ranking.limit, &stopped)
            && answers.blocking_send(Msg::Ranked(ticket, ranked)).is_err()
        {
            return;
        }
    }
}
