//! What the program does itself: help, palette, ways between screens, the end.

use super::wishes::Asking;
use super::{App, Disk};
use crate::tui::draft::Draft;
use crate::tui::effect::Effect;
use crate::tui::keymap::{Action, GLOBAL, Global};
use crate::tui::parts::text::counted;
use crate::tui::popups::{
    Popup, PopupOutcome, Question, confirm::Confirm, help::Help, log::MessageLog, palette::Palette,
};
use crate::tui::screens::Route;
use crate::tui::screens::set_up::Subject;

/// Asks whether to quit while invitations or changes are on their way.
const QUIT: Question = "quit";

impl App {
    /// Does what stands in no table of a screen, or hands it down to the screen.
    pub(super) fn act(&mut self, action: Action) {
        match action {
            Action::Global(global) => self.act_globally(global),
            action => self.with_top(|screen, context| screen.screen_mut().act(action, context)),
        }
    }

    pub(super) fn act_globally(&mut self, global: Global) {
        match global {
            Global::Help => self.show(Popup::Help(self.help())),
            Global::Palette => self.show(Popup::Palette(self.palette())),
            Global::Messages => self.show(Popup::Messages(MessageLog::new(self.messages.latest_first()))),
            Global::Invite => self.invite(),
            Global::Users => self.go(Route::Users),
            Global::Units => self.go(Route::SetUp(Subject::Units)),
            Global::Courses => self.go(Route::SetUp(Subject::Courses)),
            Global::Activity => self.go(Route::Activity),
            Global::Back => self.back(),
            Global::Quit if self.screens.len() > 1 => self.back(),
            Global::Quit => self.quit(),
            Global::Cancel => self.cancel(),
            Global::Suspend => self.effects.push(Effect::Suspend),
            Global::Repaint => self.effects.push(Effect::Repaint),
            Global::Refresh => self.with_top(|screen, context| {
                screen.screen_mut().act(Action::Global(Global::Refresh), context);
            }),
        }
    }

    fn help(&self) -> Help {
        let Some(top) = self.screens.last() else { return Help::new("".into(), Vec::new()) };
        let title = top.screen().title();
        Help::new(title.clone(), vec![(title, top.screen().keys()), ("Everywhere".into(), GLOBAL)])
    }

    fn palette(&self) -> Palette {
        let own = self.screens.last().map_or(&[] as &[_], |top| top.screen().keys());
        let mut bindings: Vec<_> = own.iter().chain(GLOBAL).copied().collect();
        let mut seen = Vec::new();
        bindings.retain(|binding| {
            let is_new = !seen.contains(&binding.action) && binding.action != Action::Global(Global::Palette);
            seen.push(binding.action);
            is_new
        });
        Palette::new(bindings)
    }

    fn quit(&mut self) {
        let (invitations, changes) = (self.outbox.under_way() as u64, self.changes.under_way() as u64);
        let mut body = Vec::new();
        if invitations > 0 {
            let count = counted(invitations, "invitation is", "invitations are");
            body.push(format!(
                "{count} still on the way to the server; what is not answered is kept for the next start."
            ));
        }
        if changes > 0 {
            let count = counted(changes, "change is", "changes are");
            body.push(format!(
                "{count} still on the way to the server; what becomes of it would not be said."
            ));
        }
        if body.is_empty() {
            self.effects.push(Effect::Quit);
            return;
        }
        let body = body.join(" ");
        self.show(Popup::Confirm(Confirm::new(QUIT, "Quit now?", body, "Quit")));
    }

    pub(super) fn hang_up(&mut self) {
        // What was told to be kept may not be on disk yet.
        self.disk = Disk::Unknown;
        let draft = self.screens.iter().rev().find_map(|screen| screen.screen().draft());
        // Of a replacement the invitation itself has all but the last keys; a form that waits has nothing else.
        let is_kept = |draft: &Draft| draft.replaces.is_none() || self.draft.is_none();
        self.effects.extend(draft.filter(|draft| is_kept(draft)).map(Effect::SaveDraft));
        self.effects.push(Effect::Quit);
    }

    pub(super) fn finish(&mut self, outcome: PopupOutcome) {
        let about = self.popups.pop().and_then(|asking| asking.about);
        self.changes.left(self.screens.len());
        let (screens, going) = (self.screens.len(), self.going.take());
        match outcome {
            PopupOutcome::Instead(popup) => self.put(Asking { popup: *popup, about }),
            PopupOutcome::Act(action) => self.act(action),
            PopupOutcome::Confirmed(QUIT) => self.effects.push(Effect::Quit),
            outcome => {
                if let PopupOutcome::BatchLeft(job) = &outcome {
                    self.watch(job);
                }
                self.with_top(|screen, context| match about {
                    Some(about) => screen.screen_mut().decided(*about, &outcome, context),
                    None => screen.screen_mut().returned(&outcome, context),
                });
            }
        }
        if let Some(route) = going.filter(|_| self.screens.len() < screens) {
            self.go(route);
        }
    }
}
