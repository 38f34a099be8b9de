//! What the program wants done, done.

use std::io::Write;
use std::sync::Arc;

use super::lists::Errand;
use super::{Running, wake};
use crate::client::{ListSource, WantedList, WorkspaceApi};
use crate::terminal::clipboard::osc52;
use crate::tui::draft::Draft;
use crate::tui::effect::{Call, Effect, Ticket, perform};
use crate::tui::msg::Msg;
use crate::tui::table::TableChange;

/// What is to be done with the draft once the frame is out.
pub(super) enum DraftWork {
    Save(Box<Draft>),
    Forget,
}

impl<A: WorkspaceApi + ListSource, W: Write> Running<A, W> {
    pub(super) fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Call(ticket, call) => self.call(ticket, call),
                Effect::FetchList(ticket, wanted) => self.fetch_list(ticket, wanted),
                Effect::Rank(ticket, ranking) => self.ranker.rank(ticket, ranking),
                Effect::ForgetRanking => self.ranker.forget(),
                Effect::Cancel(ticket) => {
                    self.ranker.cancel(ticket);
                    if let Some(call) = self.calls.remove(&ticket) {
                        call.abort();
                    }
                }
                Effect::After(delay, ticket) => {
                    let sender = self.sender.clone();
                    tokio::spawn(async move {
                        wake(Some(delay)).await;
                        let _ = sender.send(Msg::Rang(ticket)).await;
                    });
                }
                Effect::Copy(text) => self.copy(&text),
                Effect::SaveDraft(draft) => self.draft = Some(DraftWork::Save(draft)),
                Effect::ChangeTable(change) => self.change_table(&change),
                Effect::DropDraft => self.draft = Some(DraftWork::Forget),
                Effect::Suspend => {
                    // Where the program can't be stopped, the key means nothing.
                    let _ = self.device.hold.suspend();
                }
                Effect::Repaint => self.device.screen.invalidate(),
                Effect::Quit => self.has_ended = true,
            }
        }
    }

    fn call(&mut self, ticket: Ticket, call: Call) {
        let (api, sender) = (self.world.api.clone(), self.sender.clone());
        let workspace = self.world.place.workspace.slug.clone();
        let task = tokio::spawn(async move {
            let reply = perform(api.as_ref(), &workspace, call).await;
            let _ = sender.send(Msg::Replied(ticket, reply)).await;
        });
        self.calls.insert(ticket, task.abort_handle());
    }

    fn fetch_list(&mut self, ticket: Ticket, wanted: WantedList) {
        let errand = Errand {
            api: Arc::clone(&self.world.api),
            lists: Arc::clone(&self.world.lists),
            workspace: self.world.place.workspace.slug.clone(),
            ticket,
            wanted,
            sender: self.sender.clone(),
        };
        // Of each kind there is one at most; the handle of the one before is worth nothing any more.
        self.fetches.insert(errand.wanted.kind.many(), tokio::spawn(errand.run()).abort_handle());
    }

    fn change_table(&mut self, change: &TableChange) {
        if let Some(kept) = self.world.tables.change(change).map_err(|error| error.to_string()).transpose() {
            self.update(Some(Msg::TableKept(kept)));
        }
    }

    fn copy(&mut self, text: &str) {
        let sent = osc52(text, self.world.capabilities.in_tmux)
            .map_err(|error| error.to_string())
            .and_then(|bytes| self.device.screen.send(&bytes).map_err(|error| error.to_string()));
        self.update(Some(Msg::Copied(sent)));
    }

    /// Writes the draft, after the frame, so that no key waits for a disk. Whether all went well;
    /// if not, there is something to say.
    pub(super) fn keep_draft(&mut self) -> bool {
        let kept = match self.draft.take() {
            Some(DraftWork::Save(draft)) => self.world.drafts.save(&draft),
            Some(DraftWork::Forget) => self.world.drafts.forget(),
            None => return true,
        };
        let Err(error) = kept else { return true };
        self.update(Some(Msg::DraftNotKept(error.to_string())));
        false
    }
}
