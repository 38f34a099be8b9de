//! Fetching whole lists: the kept one at once, then whether the server has another.

use std::io;
use std::sync::Arc;

use tokio::sync::mpsc::Sender;
use tokio::task::spawn_blocking;

use crate::api::whole_list::Kind;
use crate::client::whole_list::WholeList;
use crate::client::{Fetched, ListSource, WantedList};
use crate::tui::catalogue::{List, ListNews};
use crate::tui::effect::Ticket;
use crate::tui::msg::Msg;

/// Where whole lists are kept, so that they are here at once the next time.
pub trait Lists: Send + Sync + 'static {
    /// What was kept of `kind`; nothing where it can't be read, whatever the reason.
    fn load(&self, kind: Kind) -> Option<WholeList>;

    /// Keeps `list` in the place of the one before.
    fn save(&self, list: &WholeList) -> io::Result<()>;
}

/// A list that was asked for.
pub(super) struct Errand<A> {
    pub api: Arc<A>,
    pub lists: Arc<dyn Lists>,
    pub workspace: String,
    pub ticket: Ticket,
    pub wanted: WantedList,
    pub sender: Sender<Msg>,
}

impl<A: ListSource> Errand<A> {
    /// Fetches it, and tells how it goes.
    pub async fn run(mut self) {
        if self.wanted.known.is_none()
            && let Some(kept) = self.kept().await
        {
            self.wanted.known = Some(kept.tag().to_owned());
            self.tell(ListNews::Kept(Arc::clone(&kept))).await;
            Self::prepare(kept);
        }
        let (ticket, sender) = (self.ticket, self.sender.clone());
        // How far it is need not be told where the program has no time to hear it.
        let progress = move |progress| drop(sender.try_send(Msg::List(ticket, ListNews::Arriving(progress))));
        match self.api.fetch_list(&self.workspace, &self.wanted, &progress).await {
            Ok(Fetched::Unchanged) => self.tell(ListNews::Unchanged).await,
            Ok(Fetched::TooLong(count)) => self.tell(ListNews::TooLong(count)).await,
            Ok(Fetched::Whole(lines)) => {
                let list = Arc::new(List::whole(lines));
                self.tell(ListNews::Whole(Arc::clone(&list))).await;
                Self::prepare(Arc::clone(&list));
                self.keep(list);
            }
            Err(error) => self.tell(ListNews::Failed(error)).await,
        }
    }

    async fn tell(&self, news: ListNews) {
        drop(self.sender.send(Msg::List(self.ticket, news)).await);
    }

    async fn kept(&self) -> Option<Arc<List>> {
        let (lists, wanted) = (Arc::clone(&self.lists), self.wanted.clone());
        let load = move || lists.load(wanted.kind).filter(|list| list.len() as u64 <= wanted.most);
        let list = spawn_blocking(load).await.ok()??;
        Some(Arc::new(List::whole(list)))
    }

    /// Makes a list ready to be ranked before somebody types.
    fn prepare(list: Arc<List>) {
        drop(spawn_blocking(move || drop(Arc::clone(list.index()))));
    }

    fn keep(&self, list: Arc<List>) {
        let lists = Arc::clone(&self.lists);
        drop(spawn_blocking(move || {
            if let Err(error) = lists.save(list.lines()) {
                tracing::warn!(%error, "a list could not be kept");
            }
        }));
    }
}
